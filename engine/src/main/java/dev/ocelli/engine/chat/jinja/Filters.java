package dev.ocelli.engine.chat.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Filters.
 *
 * <p>{@code safe} only makes a string of its value: nothing is ever escaped here, as in Hugging
 * Face's chat templates.
 */
final class Filters {
  private static final Map<String, Signature> SIGNATURES = new HashMap<>();

  static {
    for (String name :
        List.of(
            "length",
            "count",
            "list",
            "string",
            "upper",
            "lower",
            "capitalize",
            "title",
            "first",
            "last",
            "items",
            "safe",
            "reverse",
            "abs")) {
      SIGNATURES.put(name, Signature.of(0));
    }
    for (String name : List.of("map", "select", "reject", "selectattr", "rejectattr")) {
      SIGNATURES.put(name, Signature.any());
    }
    for (String name : List.of("default", "d")) {
      SIGNATURES.put(name, Signature.of(0, "default_value", "boolean"));
    }
    for (String name : List.of("min", "max", "unique")) {
      SIGNATURES.put(name, Signature.of(0, "case_sensitive", "attribute"));
    }
    SIGNATURES.put("tojson", Signature.of(0, "ensure_ascii", "indent", "separators", "sort_keys"));
    SIGNATURES.put("trim", Signature.of(0, "chars"));
    SIGNATURES.put("join", Signature.of(0, "d", "attribute"));
    SIGNATURES.put("replace", Signature.of(2, "old", "new", "count"));
    SIGNATURES.put("int", Signature.of(0, "default", "base"));
    SIGNATURES.put("float", Signature.of(0, "default"));
    SIGNATURES.put("round", Signature.of(0, "precision", "method"));
    SIGNATURES.put("sum", Signature.of(0, "attribute", "start"));
    SIGNATURES.put("sort", Signature.of(0, "reverse", "case_sensitive", "attribute"));
    SIGNATURES.put("dictsort", Signature.of(0, "case_sensitive", "by", "reverse"));
    SIGNATURES.put("indent", Signature.of(0, "width", "first", "blank"));
  }

  private final Values values;
  private final Methods methods;

  Filters(Values values, Methods methods) {
    this.values = values;
    this.methods = methods;
  }

  /** What a filter takes, or null where there is no such filter. */
  static @Nullable Signature signature(String name) {
    return SIGNATURES.get(name);
  }

  Object apply(String name, Object value, Signature.Given given) {
    Signature signature = SIGNATURES.get(name);
    if (signature == null) {
      throw new Fault("the filter \"" + name + "\" is not supported");
    }
    signature.check("the filter \"" + name + "\"", given.positional().size(), given.names(), 0);
    if (signature.open()) {
      return new Lazy(name.equals("map") ? map(value, given) : select(name, value, given));
    }
    Signature.Bound arguments = signature.bind(given);
    return switch (name) {
      case "default", "d" -> {
        boolean absent =
            value instanceof Undefined
                || (Values.isTrue(arguments.get(1, false)) && !Values.isTrue(value));
        yield absent ? arguments.get(0, Marked.EMPTY) : value;
      }
      case "tojson" -> json(value, arguments);
      case "length", "count" -> values.length(value);
      case "list" -> values.iterate(value);
      case "items" -> items(value);
      case "first", "last" -> end(name, value);
      case "reverse" -> reverse(value);
      case "join" -> join(value, arguments);
      case "sum", "min", "max" -> fold(name, value, arguments);
      case "sort" -> sort(value, arguments);
      case "unique" -> unique(value, arguments);
      case "dictsort" -> dictSort(value, arguments);
      case "int" -> whole(value, arguments);
      case "float" -> real(value, arguments.get(0, 0.0));
      case "abs" -> {
        Object number = Numbers.positive(value);
        yield Numbers.compare(number, 0L) < 0 ? Numbers.negate(number) : number;
      }
      case "round" -> round(value, arguments);
      default -> text(name, values.str(value), arguments);
    };
  }

  // ---- text ----

  private Marked text(String name, Marked text, Signature.Bound arguments) {
    values.budget().spend(text.length());
    return switch (name) {
      case "upper" -> Strings.upper(text);
      case "lower" -> Strings.lower(text);
      case "capitalize" -> Strings.capitalize(text);
      case "title" -> Strings.titleWords(text);
      case "trim" -> {
        Object chars = arguments.get(0, None.NONE);
        String set = chars == None.NONE ? null : Values.string(chars, "what trim strips").text();
        values.find(text.length(), set == null ? 1 : set.length());
        yield Strings.strip(text, set, true, true);
      }
      case "replace" -> {
        Object count = arguments.get(2, None.NONE);
        yield methods.replace(
            text,
            values.str(arguments.get(0)),
            values.str(arguments.get(1)),
            count == None.NONE ? -1 : Values.integer(count, "the count of replace"));
      }
      case "indent" -> indent(text, arguments);
      // string and safe
      default -> text;
    };
  }

  private Marked indent(Marked text, Signature.Bound arguments) {
    Object width = arguments.get(0, 4L);
    Marked indent =
        width instanceof Marked marked
            ? marked
            : (Marked)
                values.arithmetic("*", Marked.trusted(" "), Values.integer(width, "a width"));
    boolean blank = Values.isTrue(arguments.get(2, false));
    // The newline at the end makes an empty last line count.
    List<Object> lines = Strings.lines(text.plus(Marked.trusted("\n")), false);
    values.budget().spendItems(lines.size());
    Marked.Builder out = new Marked.Builder();
    for (int i = 0; i < lines.size(); i++) {
      Marked line = (Marked) lines.get(i);
      out.appendTrusted(i == 0 ? "" : "\n");
      boolean indented = i == 0 ? Values.isTrue(arguments.get(1, false)) : blank || !line.isEmpty();
      if (indented) {
        values.budget().spend(indent.length());
        out.append(indent);
      }
      out.append(line);
    }
    return out.build();
  }

  private Marked json(Object value, Signature.Bound arguments) {
    Object indent = arguments.get(1, None.NONE);
    String step =
        switch (indent) {
          case None n -> null;
          case Marked m -> m.text();
          default -> " ".repeat(Math.clamp(Values.integer(indent, "the indent of tojson"), 0, 100));
        };
    String comma = step == null ? ", " : ",";
    String colon = ": ";
    Object separators = arguments.get(2, None.NONE);
    if (separators != None.NONE) {
      List<Object> two = values.iterate(separators);
      if (two.size() != 2) {
        throw new Fault("the separators of tojson must be two strings");
      }
      comma = Values.string(two.getFirst(), "a separator").text();
      colon = Values.string(two.getLast(), "a separator").text();
    }
    Json.Style style =
        new Json.Style(
            Values.isTrue(arguments.get(0, false)),
            Values.isTrue(arguments.get(3, false)),
            step,
            comma,
            colon);
    return Json.write(value, style, values);
  }

  private Marked join(Object value, Signature.Bound arguments) {
    Marked separator = values.str(arguments.get(0, Marked.EMPTY));
    Marked.Builder out = new Marked.Builder();
    boolean first = true;
    for (Object item : values.iterate(value)) {
      if (!first) {
        out.append(separator);
      }
      Marked text = values.str(attribute(item, arguments.get(1, None.NONE)));
      values.budget().spend((long) separator.length() + text.length());
      out.append(text);
      first = false;
    }
    return out.build();
  }

  // ---- numbers ----

  private Object whole(Object value, Signature.Bound arguments) {
    Object otherwise = arguments.get(0, 0L);
    long base = Values.integer(arguments.get(1, 10L), "the base of int");
    if (base != 10) {
      throw new Fault("the filter \"int\" is supported for base 10 only");
    }
    if (value instanceof Marked text) {
      String plain = plain(text.text());
      if (plain.matches("[+-]?\\d+")) {
        return Values.fromJava(new BigInteger(plain));
      }
    }
    return switch (value) {
      case Long l -> l;
      case BigInteger i -> i;
      case Boolean b -> b ? 1L : 0L;
      default -> {
        Object real = real(value, None.NONE);
        yield real instanceof Double d && Double.isFinite(d)
            ? Values.fromJava(new BigDecimal(d).toBigInteger())
            : otherwise;
      }
    };
  }

  private static Object real(Object value, Object otherwise) {
    if (Numbers.isNumber(value)) {
      return value instanceof Boolean b ? (b ? 1.0 : 0.0) : ((Number) value).doubleValue();
    }
    if (!(value instanceof Marked text)) {
      return otherwise;
    }
    String plain = plain(text.text()).toLowerCase(Locale.ROOT);
    if (plain.matches("[+-]?(\\d+\\.?\\d*|\\.\\d+)(e[+-]?\\d+)?")) {
      return Double.parseDouble(plain);
    }
    return switch (plain) {
      case "inf", "+inf", "infinity", "+infinity" -> Double.POSITIVE_INFINITY;
      case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
      case "nan", "+nan", "-nan" -> Double.NaN;
      default -> otherwise;
    };
  }

  // Python allows white space around a number and single underscores between its digits. A text of
  // thousands of digits is no number that a template could mean, and slow to read.
  private static String plain(String text) {
    String stripped = Strings.strip(Marked.trusted(text), null, true, true).text();
    return stripped.length() > 400 ? "" : stripped.replaceAll("(?<=\\d)_(?=\\d)", "");
  }

  private static Object round(Object value, Signature.Bound arguments) {
    long digits = Values.integer(arguments.get(0, 0L), "the precision of round");
    String method = Values.string(arguments.get(1, Marked.trusted("common")), "a method").text();
    Object number = Numbers.positive(value);
    if (!(number instanceof Double) && digits >= 0 && method.equals("common")) {
      return number;
    }
    if (digits < 0 && !(number instanceof Double)) {
      throw new Fault("rounding whole numbers to tens is not supported");
    }
    double d = ((Number) number).doubleValue();
    double power = Math.pow(10, (double) digits);
    return switch (method) {
      case "common" -> Numbers.round(d, digits);
      case "ceil" -> Math.ceil(d * power) / power;
      case "floor" -> Math.floor(d * power) / power;
      default -> throw new Fault("round has no method \"" + method + "\"");
    };
  }

  // ---- lists ----

  private static Object items(Object value) {
    return switch (value) {
      case Undefined u -> new Lazy(List.of());
      case Map<?, ?> m -> new Lazy(Methods.items(m));
      default -> throw Values.wrongType(value, "what items takes must be a dict");
    };
  }

  private Object end(String name, Object value) {
    Undefined none = new Undefined("there is no " + name + " item");
    if (value instanceof Lazy lazy) {
      if (name.equals("last")) {
        throw new Fault("the filter \"last\" needs a list, not a generator");
      }
      return lazy.takeFirst(none);
    }
    List<Object> items = values.iterate(value);
    return items.isEmpty() ? none : name.equals("first") ? items.getFirst() : items.getLast();
  }

  private Object reverse(Object value) {
    if (value instanceof Marked text) {
      return values.slice(text, None.NONE, None.NONE, -1L);
    }
    List<Object> items = new ArrayList<>(values.iterate(value)).reversed();
    return value instanceof Lazy ? items : new Lazy(items);
  }

  private List<Object> map(Object value, Signature.Given given) {
    List<Object> mapped = new ArrayList<>();
    if (given.positional().isEmpty()) {
      Signature signature = Signature.of(1, "attribute", "default");
      signature.check("the filter \"map\"", 0, given.names(), 0);
      Signature.Bound arguments = signature.bind(given);
      for (Object item : values.iterate(value)) {
        Object found = attribute(item, arguments.get(0));
        Object otherwise = arguments.get(1, None.NONE);
        mapped.add(found instanceof Undefined && otherwise != None.NONE ? otherwise : found);
      }
      return mapped;
    }
    String filter = Values.string(given.positional().getFirst(), "the filter of map").text();
    for (Object item : values.iterate(value)) {
      values.budget().enter();
      mapped.add(apply(filter, item, given.without(1)));
      values.budget().leave();
    }
    return mapped;
  }

  private List<Object> select(String name, Object value, Signature.Given given) {
    boolean byAttribute = name.endsWith("attr");
    boolean wanted = name.startsWith("select");
    if (byAttribute && given.positional().isEmpty()) {
      throw new Fault("the filter \"" + name + "\" needs an attribute");
    }
    int at = byAttribute ? 1 : 0;
    List<Object> selected = new ArrayList<>();
    for (Object item : values.iterate(value)) {
      Object tested = byAttribute ? attribute(item, given.positional().getFirst()) : item;
      boolean holds =
          given.positional().size() <= at
              ? Values.isTrue(tested)
              : Tests.apply(
                  Values.string(given.positional().get(at), "the test of " + name).text(),
                  tested,
                  given.without(at + 1),
                  values);
      if (holds == wanted) {
        selected.add(item);
      }
    }
    return selected;
  }

  /** {@code a.b.0} of a value; the value itself where {@code path} is {@link None}. */
  private Object attribute(Object value, Object path) {
    if (path == None.NONE) {
      return value;
    }
    if (path instanceof Long) {
      return values.item(value, path);
    }
    Object found = value;
    for (String part : Values.string(path, "an attribute").text().split("\\.", -1)) {
      values.budget().spend(1);
      boolean number = !part.isEmpty() && part.chars().allMatch(c -> Strings.isDigit((char) c));
      found =
          values.item(
              found, number && part.length() < 10 ? Long.valueOf(part) : Marked.trusted(part));
    }
    return found;
  }

  private Object folded(Object value, boolean caseSensitive) {
    return value instanceof Marked text && !caseSensitive ? Strings.lower(text) : value;
  }

  private Object fold(String name, Object value, Signature.Bound arguments) {
    boolean sum = name.equals("sum");
    Object path = arguments.get(sum ? 0 : 1, None.NONE);
    if (sum) {
      Object total = arguments.get(1, 0L);
      for (Object item : values.iterate(value)) {
        total = values.arithmetic("+", total, attribute(item, path));
      }
      return total;
    }
    boolean caseSensitive = Values.isTrue(arguments.get(0, false));
    Object best = null;
    Object bestKey = None.NONE;
    for (Object item : values.iterate(value)) {
      Object key = folded(attribute(item, path), caseSensitive);
      if (best == null
          || (name.equals("min")
              ? values.compare(key, bestKey, "<") < 0
              : values.compare(key, bestKey, ">") > 0)) {
        best = item;
        bestKey = key;
      }
    }
    return best == null ? new Undefined("there is no item, so no " + name) : best;
  }

  private List<Object> sort(Object value, Signature.Bound arguments) {
    boolean caseSensitive = Values.isTrue(arguments.get(1, false));
    Object path = arguments.get(2, None.NONE);
    List<Object> paths = path instanceof Marked text ? Strings.split(text, ",", -1) : List.of(path);
    return sorted(
        values.iterate(value),
        item -> {
          List<Object> keys = new ArrayList<>();
          paths.forEach(p -> keys.add(folded(attribute(item, p), caseSensitive)));
          return keys;
        },
        Values.isTrue(arguments.get(0, false)));
  }

  private List<Object> sorted(List<Object> items, Function<Object, Object> key, boolean reverse) {
    record Keyed(Object key, Object item) {}
    List<Keyed> keyed = new ArrayList<>();
    items.forEach(item -> keyed.add(new Keyed(key.apply(item), item)));
    Comparator<Keyed> order =
        (a, b) -> {
          values.budget().spend(1);
          return values.compare(a.key, b.key, "<");
        };
    keyed.sort(reverse ? order.reversed() : order);
    List<Object> sorted = new ArrayList<>();
    keyed.forEach(k -> sorted.add(k.item));
    return sorted;
  }

  private Lazy unique(Object value, Signature.Bound arguments) {
    boolean caseSensitive = Values.isTrue(arguments.get(0, false));
    List<Object> keys = new ArrayList<>();
    List<Object> kept = new ArrayList<>();
    for (Object item : values.iterate(value)) {
      Object key = folded(attribute(item, arguments.get(1, None.NONE)), caseSensitive);
      if (keys.stream().noneMatch(other -> values.equal(other, key))) {
        keys.add(key);
        kept.add(item);
      }
    }
    return new Lazy(kept);
  }

  private List<Object> dictSort(Object value, Signature.Bound arguments) {
    if (!(value instanceof Map<?, ?> map)) {
      throw Values.wrongType(value, "what dictsort takes must be a dict");
    }
    boolean caseSensitive = Values.isTrue(arguments.get(0, false));
    String by = Values.string(arguments.get(1, Marked.trusted("key")), "by").text();
    if (!by.equals("key") && !by.equals("value")) {
      throw new Fault("dictsort sorts by key or value, not by \"" + by + "\"");
    }
    values.budget().spendItems(map.size());
    return sorted(
        Methods.items(map),
        item -> folded(((Tuple) item).items().get(by.equals("key") ? 0 : 1), caseSensitive),
        Values.isTrue(arguments.get(2, false)));
  }
}
