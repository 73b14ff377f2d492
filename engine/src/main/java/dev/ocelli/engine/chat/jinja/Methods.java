package dev.ocelli.engine.chat.jinja;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Methods of strings, lists, dicts and of {@code loop}. */
final class Methods {
  private static final Map<String, Signature> SIGNATURES = new HashMap<>();
  // Of a dict in Python; an attribute of one of these names is the method and not the entry.
  private static final Set<String> OF_DICTS =
      Set.of(
          "clear",
          "copy",
          "fromkeys",
          "get",
          "items",
          "keys",
          "pop",
          "popitem",
          "setdefault",
          "update",
          "values");

  static {
    for (String name : List.of("split", "rsplit")) {
      SIGNATURES.put(name, Signature.of(0, "sep", "maxsplit"));
    }
    for (String name : List.of("strip", "lstrip", "rstrip")) {
      SIGNATURES.put(name, Signature.of(0, "chars"));
    }
    for (String name : List.of("startswith", "endswith", "removeprefix", "removesuffix")) {
      SIGNATURES.put(name, Signature.of(1, "text"));
    }
    for (String name : List.of("partition", "rpartition", "count", "join")) {
      SIGNATURES.put(name, Signature.of(1, "value"));
    }
    for (String name : List.of("find", "rfind", "index")) {
      SIGNATURES.put(name, Signature.of(1, "value"));
    }
    for (String name :
        List.of(
            "upper",
            "lower",
            "title",
            "capitalize",
            "isdigit",
            "isalpha",
            "isalnum",
            "isspace",
            "isupper",
            "islower",
            "items",
            "keys",
            "values")) {
      SIGNATURES.put(name, Signature.of(0));
    }
    SIGNATURES.put("replace", Signature.of(2, "old", "new", "count"));
    SIGNATURES.put("splitlines", Signature.of(0, "keepends"));
    SIGNATURES.put("get", Signature.of(1, "key", "default"));
    SIGNATURES.put("cycle", Signature.any());
    SIGNATURES.put("changed", Signature.any());
  }

  private final Values values;

  Methods(Values values) {
    this.values = values;
  }

  /** What a method takes, or null where no value has one of this name. */
  static @Nullable Signature signature(String name) {
    return SIGNATURES.get(name);
  }

  /** Whether an attribute of this name is a method in Python (of those known here). */
  static boolean isMethod(Object object, String name) {
    return switch (object) {
      case Map<?, ?> m -> OF_DICTS.contains(name);
      case Marked m -> SIGNATURES.containsKey(name) && !OF_DICTS.contains(name);
      case List<?> l -> name.equals("index") || name.equals("count");
      case Tuple t -> name.equals("index") || name.equals("count");
      default -> false;
    };
  }

  Object call(Object object, String name, Signature.Given given) {
    if (object instanceof Loop loop) {
      if (name.equals("cycle")) {
        return loop.cycle(given.positional());
      }
      if (name.equals("changed")) {
        return loop.changed(given.positional(), values);
      }
    }
    Signature signature = SIGNATURES.get(name);
    if (signature != null && isMethod(object, name)) {
      Signature.Bound arguments = signature.bind(given);
      switch (object) {
        case Marked m -> {
          return ofString(m, name, arguments);
        }
        case Map<?, ?> m -> {
          return ofDict(m, name, arguments);
        }
        case List<?> l -> {
          return ofList(l, name, arguments.get(0));
        }
        case Tuple t -> {
          return ofList(t.items(), name, arguments.get(0));
        }
        default -> {}
      }
    }
    throw object instanceof Undefined undefined
        ? undefined.fault()
        : new Fault(
            "a "
                + Values.typeName(object)
                + " has no method \""
                + name
                + "\", or it is not supported");
  }

  private Object ofDict(Map<?, ?> map, String name, Signature.Bound arguments) {
    values.budget().spendItems(name.equals("get") ? 0 : map.size());
    return switch (name) {
      case "get" -> {
        Object value = map.get(Values.key(arguments.get(0)));
        yield value == null ? arguments.get(1, None.NONE) : value;
      }
      case "keys" -> new View(new ArrayList<>(map.keySet()));
      case "values" -> new View(new ArrayList<>(map.values()));
      default -> new View(items(map));
    };
  }

  static List<Object> items(Map<?, ?> map) {
    List<Object> items = new ArrayList<>(map.size());
    map.forEach((key, value) -> items.add(new Tuple(List.of(key, value))));
    return items;
  }

  private Object ofList(List<?> list, String name, Object wanted) {
    long count = 0;
    for (int i = 0; i < list.size(); i++) {
      if (values.equal(list.get(i), wanted)) {
        if (name.equals("index")) {
          return (long) i;
        }
        count++;
      }
    }
    if (name.equals("index")) {
      throw new Fault("index() does not find its value in the list");
    }
    return count;
  }

  private Object ofString(Marked text, String name, Signature.Bound arguments) {
    String s = text.text();
    values.budget().spend(2L * s.length());
    return switch (name) {
      case "upper" -> Strings.upper(text);
      case "lower" -> Strings.lower(text);
      case "title" -> Strings.title(text);
      case "capitalize" -> Strings.capitalize(text);
      case "strip" -> Strings.strip(text, characters(arguments, s), true, true);
      case "lstrip" -> Strings.strip(text, characters(arguments, s), true, false);
      case "rstrip" -> Strings.strip(text, characters(arguments, s), false, true);
      case "isdigit" -> Strings.all(s, c -> Character.getType(c) == Character.DECIMAL_DIGIT_NUMBER);
      case "isalpha" -> Strings.all(s, Character::isLetter);
      case "isalnum" -> Strings.all(s, Character::isLetterOrDigit);
      case "isspace" -> Strings.all(s, Strings::isSpace);
      case "isupper" -> Strings.isUpper(s);
      case "islower" -> Strings.isLower(s);
      case "split", "rsplit" -> split(text, name, arguments);
      case "splitlines" -> lines(text, Values.isTrue(arguments.get(0, false)));
      case "join" -> join(text, arguments.get(0));
      case "startswith" -> begins(arguments.get(0), s::startsWith);
      case "endswith" -> begins(arguments.get(0), s::endsWith);
      case "replace" -> {
        Marked old = Values.string(arguments.get(0), "what replace() replaces");
        Marked replacement = Values.string(arguments.get(1), "what replace() puts in");
        yield replace(text, old, replacement, Values.integer(arguments.get(2, -1L), "a count"));
      }
      default -> withPart(text, name, Values.string(arguments.get(0), name + "() of a string"));
    };
  }

  private @Nullable String characters(Signature.Bound arguments, String s) {
    Object chars = arguments.get(0, None.NONE);
    if (chars == None.NONE) {
      return null;
    }
    String set = Values.string(chars, "what is stripped").text();
    values.find(s.length(), set.length());
    return set;
  }

  private boolean begins(Object beginnings, java.util.function.Predicate<String> test) {
    List<Object> all =
        beginnings instanceof Tuple(List<Object> items) ? items : List.of(beginnings);
    for (Object beginning : all) {
      Marked text = Values.string(beginning, "a beginning or end");
      values.budget().spend(1 + text.length());
      if (test.test(text.text())) {
        return true;
      }
    }
    return false;
  }

  private Object withPart(Marked text, String name, Marked part) {
    String s = text.text();
    String p = part.text();
    values.find(s.length(), p.length());
    return switch (name) {
      case "count" -> Strings.count(s, p);
      case "find" -> position(s, s.indexOf(p));
      case "rfind" -> position(s, s.lastIndexOf(p));
      case "index" -> {
        if (!s.contains(p)) {
          throw new Fault("index() does not find its value in the string");
        }
        yield position(s, s.indexOf(p));
      }
      case "removeprefix" -> s.startsWith(p) ? text.slice(p.length(), s.length()) : text;
      case "removesuffix" -> s.endsWith(p) ? text.slice(0, s.length() - p.length()) : text;
      default -> partition(text, name, part);
    };
  }

  private static long position(String s, int at) {
    return at < 0 ? -1 : s.codePointCount(0, at);
  }

  private static Tuple partition(Marked text, String name, Marked part) {
    if (part.isEmpty()) {
      throw new Fault(name + "() needs a separator that is not empty");
    }
    String s = text.text();
    boolean right = name.equals("rpartition");
    int at = right ? s.lastIndexOf(part.text()) : s.indexOf(part.text());
    if (at < 0) {
      return right
          ? new Tuple(List.of(Marked.EMPTY, Marked.EMPTY, text))
          : new Tuple(List.of(text, Marked.EMPTY, Marked.EMPTY));
    }
    return new Tuple(List.of(text.slice(0, at), part, text.slice(at + part.length(), s.length())));
  }

  private List<Object> split(Marked text, String name, Signature.Bound arguments) {
    long limit = Values.integer(arguments.get(1, -1L), "maxsplit");
    List<Object> parts;
    if (arguments.get(0, None.NONE) == None.NONE) {
      if (name.equals("rsplit") && limit >= 0) {
        throw new Fault("rsplit() at white space with a limit is not supported");
      }
      parts = Strings.splitAtSpace(text, limit);
    } else {
      String separator = Values.string(arguments.get(0), "a separator").text();
      if (separator.isEmpty()) {
        throw new Fault(name + "() needs a separator that is not empty");
      }
      values.find(text.length(), separator.length());
      parts =
          name.equals("split")
              ? Strings.split(text, separator, limit)
              : Strings.splitFromRight(text, separator, limit);
    }
    values.budget().spendItems(parts.size());
    return parts;
  }

  private List<Object> lines(Marked text, boolean keepEnds) {
    List<Object> lines = Strings.lines(text, keepEnds);
    values.budget().spendItems(lines.size());
    return lines;
  }

  private Marked join(Marked separator, Object items) {
    Marked.Builder out = new Marked.Builder();
    boolean first = true;
    for (Object item : values.iterate(items)) {
      if (!first) {
        out.append(separator);
      }
      Marked text = Values.string(item, "what join() joins");
      values.budget().spend((long) separator.length() + text.length());
      out.append(text);
      first = false;
    }
    return out.build();
  }

  /** {@code replace}, paid for before it is done. */
  Marked replace(Marked text, Marked old, Marked replacement, long limit) {
    values.find(text.length(), old.length());
    long places = Strings.count(text.text(), old.text());
    long replaced = limit < 0 ? places : Math.min(places, limit);
    values.budget().spend(text.length() + replaced * replacement.length());
    return Strings.replace(text, old.text(), replacement, limit);
  }
}
