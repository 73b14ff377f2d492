package dev.ocelli.engine.chat.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Python's meaning of the values a template handles.
 *
 * <p>Values are {@link Marked} (str), {@link Long} and {@link BigInteger} (int), {@link Double}
 * (float), {@link Boolean}, {@link None}, {@link List}, {@link Tuple}, {@link Map} with {@link
 * Marked} or {@link Long} keys (dict), {@link Range}, {@link Lazy} (generator), {@link View},
 * {@link Undefined}, {@link Namespace}, {@link Loop} and {@link MacroValue}.
 */
final class Values {
  private final Budget budget;

  Values(Budget budget) {
    this.budget = budget;
  }

  Budget budget() {
    return budget;
  }

  /** Python's name for a value's type. */
  static String typeName(Object value) {
    return switch (value) {
      case Marked m -> "str";
      case Boolean b -> "bool";
      case Long l -> "int";
      case BigInteger i -> "int";
      case Double d -> "float";
      case None n -> "NoneType";
      case Range r -> "range";
      case List<?> l -> "list";
      case Tuple t -> "tuple";
      case Map<?, ?> m -> "dict";
      case Lazy l -> "generator";
      case View v -> "dict view";
      case Undefined u -> "undefined value";
      case Namespace n -> "namespace";
      case MacroValue m -> "macro";
      default -> "loop";
    };
  }

  static boolean isTrue(Object value) {
    return switch (value) {
      case Boolean b -> b;
      case None n -> false;
      case Undefined u -> false;
      case Marked m -> !m.isEmpty();
      case Long l -> l != 0;
      case Double d -> d != 0;
      case BigInteger i -> i.signum() != 0;
      case List<?> l -> !l.isEmpty();
      case Tuple t -> !t.items().isEmpty();
      case Map<?, ?> m -> !m.isEmpty();
      case View v -> !v.items().isEmpty();
      default -> true;
    };
  }

  // ---- text ----

  /** {@code str(value)}. */
  Marked str(Object value) {
    return switch (value) {
      case Marked m -> m;
      case Undefined u -> Marked.EMPTY;
      default -> {
        Marked.Builder out = new Marked.Builder();
        repr(value, out);
        yield out.build();
      }
    };
  }

  private void repr(Object value, Marked.Builder out) {
    budget.enter();
    int before = out.length();
    switch (value) {
      case Marked m -> quote(m, out);
      case Boolean b -> out.appendTrusted(b ? "True" : "False");
      case None n -> out.appendTrusted("None");
      case Long l -> out.appendTrusted(l.toString());
      case BigInteger i -> out.appendTrusted(i.toString());
      case Double d -> out.appendTrusted(Numbers.repr(d));
      case Range r -> out.appendTrusted(r.written());
      case List<?> l -> sequence("[", l, "]", out);
      case Tuple t -> sequence("(", t.items(), t.items().size() == 1 ? ",)" : ")", out);
      case Map<?, ?> m -> {
        out.appendTrusted("{");
        String comma = "";
        for (Map.Entry<?, ?> entry : m.entrySet()) {
          out.appendTrusted(comma);
          repr(entry.getKey(), out);
          out.appendTrusted(": ");
          repr(entry.getValue(), out);
          comma = ", ";
        }
        out.appendTrusted("}");
      }
      case Undefined u -> out.appendTrusted("Undefined");
      default -> throw new Fault("a " + typeName(value) + " cannot be written as text");
    }
    budget.spend(Math.max(0, out.length() - before));
    budget.leave();
  }

  private void sequence(String open, List<?> items, String close, Marked.Builder out) {
    out.appendTrusted(open);
    String comma = "";
    for (Object item : items) {
      out.appendTrusted(comma);
      repr(item, out);
      comma = ", ";
    }
    out.appendTrusted(close);
  }

  private static void quote(Marked text, Marked.Builder out) {
    String s = text.text();
    char quote = s.indexOf('\'') >= 0 && s.indexOf('"') < 0 ? '"' : '\'';
    out.appendTrusted(quote);
    for (int i = 0; i < s.length(); ) {
      int c = s.codePointAt(i);
      int end = i + Character.charCount(c);
      String escape =
          switch (c) {
            case '\\' -> "\\\\";
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default -> {
              if (c == quote) {
                yield "\\" + quote;
              }
              if (Strings.isPrintable(c)) {
                yield "";
              }
              yield c < 0x100
                  ? String.format("\\x%02x", c)
                  : c < 0x10000 ? String.format("\\u%04x", c) : String.format("\\U%08x", c);
            }
          };
      if (escape.isEmpty()) {
        out.append(text, i, end);
      } else {
        out.appendAs(escape, text, i, end);
      }
      i = end;
    }
    out.appendTrusted(quote);
  }

  /** The text of a value that must be a string. */
  static Marked string(Object value, String what) {
    if (value instanceof Marked marked) {
      return marked;
    }
    throw wrongType(value, what + " must be a string");
  }

  static long integer(Object value, String what) {
    return switch (value) {
      case Long l -> l;
      case Boolean b -> b ? 1 : 0;
      default -> throw wrongType(value, what + " must be a whole number");
    };
  }

  static Fault wrongType(Object value, String must) {
    return value instanceof Undefined undefined
        ? undefined.fault()
        : new Fault(must + ", not a value of the type " + typeName(value));
  }

  // ---- comparisons ----

  /** {@code a == b}. */
  boolean equal(Object a, Object b) {
    budget.enter();
    boolean result =
        switch (a) {
          case Marked m -> {
            budget.spend(m.length() / 8);
            yield m.equals(b);
          }
          case None n -> b == None.NONE;
          case Undefined u -> b instanceof Undefined;
          case Range r when b instanceof Range -> r.equals(b);
          case Range r -> false;
          case List<?> l ->
              b instanceof List<?> other && !(b instanceof Range) && equalItems(l, other);
          case Tuple t -> b instanceof Tuple(List<Object> items) && equalItems(t.items(), items);
          case Map<?, ?> m -> b instanceof Map<?, ?> other && equalMaps(m, other);
          default ->
              Numbers.isNumber(a) ? Numbers.isNumber(b) && Numbers.compare(a, b) == 0 : same(a, b);
        };
    budget.leave();
    return result;
  }

  @SuppressWarnings(
      "ReferenceEquality") // macros, namespaces and loops are equal to themselves only
  private static boolean same(Object a, Object b) {
    return a == b;
  }

  private boolean equalItems(List<?> a, List<?> b) {
    if (a.size() != b.size()) {
      return false;
    }
    for (int i = 0; i < a.size(); i++) {
      if (!equal(a.get(i), b.get(i))) {
        return false;
      }
    }
    return true;
  }

  private boolean equalMaps(Map<?, ?> a, Map<?, ?> b) {
    if (a.size() != b.size()) {
      return false;
    }
    for (Map.Entry<?, ?> entry : a.entrySet()) {
      Object other = b.get(entry.getKey());
      if (other == null || !equal(entry.getValue(), other)) {
        return false;
      }
    }
    return true;
  }

  /** Negative, zero or positive as {@code a} is less than, equal to or greater than {@code b}. */
  int compare(Object a, Object b, String operator) {
    if (Numbers.isNumber(a) && Numbers.isNumber(b)) {
      if (Numbers.isNan(a) || Numbers.isNan(b)) {
        throw new Fault("comparing nan is not supported");
      }
      return Numbers.compare(a, b);
    }
    if (a instanceof Marked left && b instanceof Marked right) {
      budget.spend(Math.min(left.length(), right.length()) / 8);
      return left.compareTo(right);
    }
    List<?> left = ordered(a);
    List<?> right = ordered(b);
    if (left == null
        || right == null
        || a.getClass() == Tuple.class != (b.getClass() == Tuple.class)) {
      throw a instanceof Undefined || b instanceof Undefined
          ? wrongType(a instanceof Undefined ? a : b, "")
          : new Fault("\"" + operator + "\" cannot compare " + typeName(a) + " and " + typeName(b));
    }
    budget.enter();
    int result = Integer.compare(left.size(), right.size());
    for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
      if (!equal(left.get(i), right.get(i))) {
        result = compare(left.get(i), right.get(i), operator);
        break;
      }
    }
    budget.leave();
    return result;
  }

  private static @Nullable List<?> ordered(Object value) {
    return switch (value) {
      case Tuple t -> t.items();
      case Range r -> null;
      case List<?> l -> l;
      default -> null;
    };
  }

  /** {@code item in container}. */
  boolean contains(Object container, Object item) {
    return switch (container) {
      case Marked m -> {
        Marked part = string(item, "what is looked for in a string");
        find(m.length(), part.length());
        yield m.text().contains(part.text());
      }
      case Map<?, ?> m -> m.containsKey(key(item));
      case Undefined u -> false;
      case List<?> l -> l.stream().anyMatch(element -> equal(element, item));
      case Tuple t -> t.items().stream().anyMatch(element -> equal(element, item));
      case View v -> v.items().stream().anyMatch(element -> equal(element, item));
      case Lazy l -> l.takeAll().stream().anyMatch(element -> equal(element, item));
      default -> throw new Fault("\"in\" needs a container, not a " + typeName(container));
    };
  }

  /** Pays for looking for text in text, whose worst case is the product of the lengths. */
  void find(int length, int part) {
    budget.spend(1 + (long) length * Math.max(1, part) / 16);
  }

  // ---- containers ----

  /** A key of a dict. */
  static Object key(Object value) {
    return switch (value) {
      case Marked m -> m;
      case Long l -> l;
      case Undefined u -> throw u.fault();
      default -> throw new Fault("a " + typeName(value) + " as a key is not supported");
    };
  }

  /** The items of what can be iterated. */
  List<Object> iterate(Object value) {
    List<Object> items =
        switch (value) {
          case Tuple t -> t.items();
          case List<?> l -> new ArrayList<>(l);
          case Map<?, ?> m -> new ArrayList<>(m.keySet());
          case Marked m -> {
            budget.spendItems(2L * m.length());
            yield new ArrayList<>(Strings.characters(m));
          }
          case View v -> v.items();
          case Lazy l -> l.takeAll();
          case Undefined u -> List.of();
          default -> throw new Fault("a " + typeName(value) + " cannot be iterated");
        };
    budget.spendItems(items.size());
    return items;
  }

  long length(Object value) {
    return switch (value) {
      case Marked m -> {
        budget.spend(m.length() / 8);
        yield Strings.points(m.text());
      }
      case List<?> l -> l.size();
      case Tuple t -> t.items().size();
      case Map<?, ?> m -> m.size();
      case View v -> v.items().size();
      case Undefined u -> 0;
      default -> throw new Fault("a " + typeName(value) + " has no length");
    };
  }

  /** {@code object.name} for anything but a call. */
  Object attribute(Object object, String name) {
    return switch (object) {
      case Undefined u -> throw u.fault();
      case Namespace n -> n.get(name);
      case Loop l -> l.get(name);
      case Map<?, ?> m -> {
        if (Methods.isMethod(m, name)) {
          throw new Fault(
              "the method \""
                  + name
                  + "\" of a dict is not called; use [\""
                  + name
                  + "\"] for the entry");
        }
        yield entry(m, Marked.trusted(name));
      }
      default -> {
        if (Methods.isMethod(object, name)) {
          throw new Fault(
              "the method \"" + name + "\" of a " + typeName(object) + " is not called");
        }
        yield missing(object, "attribute \"" + name + "\"");
      }
    };
  }

  /** {@code object[index]}. */
  Object item(Object object, Object index) {
    return switch (object) {
      case Undefined u -> throw u.fault();
      case Map<?, ?> m when index instanceof Marked || index instanceof Long -> entry(m, index);
      case Map<?, ?> m -> missing(object, "entry of the type " + typeName(index));
      case Marked m when isIndex(index) -> {
        int size = Strings.points(m.text());
        budget.spend(m.length() / 8);
        long at = fromEnd(index, size);
        if (at < 0 || at >= size) {
          yield missing(object, "character " + index);
        }
        int start = Strings.units(m.text(), (int) at);
        yield m.slice(start, m.text().offsetByCodePoints(start, 1));
      }
      case List<?> l when isIndex(index) -> element(l, index, object);
      case Tuple t when isIndex(index) -> element(t.items(), index, object);
      case Namespace n when index instanceof Marked name -> n.get(name.text());
      case Loop l when index instanceof Marked name -> l.get(name.text());
      default -> missing(object, "item of the type " + typeName(index));
    };
  }

  private static boolean isIndex(Object index) {
    return index instanceof Long || index instanceof Boolean;
  }

  private static long fromEnd(Object index, int size) {
    long at = integer(index, "an index");
    return at < 0 ? at + size : at;
  }

  private static Object element(List<?> list, Object index, Object object) {
    long at = fromEnd(index, list.size());
    return at < 0 || at >= list.size() ? missing(object, "item " + index) : list.get((int) at);
  }

  private static Object entry(Map<?, ?> map, Object key) {
    Object value = map.get(key);
    return value == null ? missing(map, "entry \"" + key + "\"") : value;
  }

  private static Undefined missing(Object object, String what) {
    return new Undefined("a " + typeName(object) + " has no " + what);
  }

  /** {@code object[start:stop:step]}; absent bounds are {@link None}. */
  Object slice(Object object, Object start, Object stop, Object step) {
    return switch (object) {
      case Undefined u -> throw u.fault();
      case Marked m -> sliced(m, start, stop, step);
      case Range r -> throw new Fault("a slice of range() is not supported");
      case List<?> l -> sliced(l, start, stop, step);
      case Tuple t -> new Tuple(sliced(t.items(), start, stop, step));
      default -> missing(object, "slices");
    };
  }

  private List<Object> sliced(List<?> list, Object start, Object stop, Object step) {
    List<Object> items = new ArrayList<>();
    picked(list.size(), start, stop, step).forEach(i -> items.add(list.get(i)));
    return items;
  }

  private Marked sliced(Marked text, Object start, Object stop, Object step) {
    String s = text.text();
    List<Integer> picked = picked(Strings.points(s), start, stop, step);
    budget.spend(s.length() + picked.size());
    if (picked.isEmpty()) {
      return Marked.EMPTY;
    }
    if (step == None.NONE || step.equals(1L)) {
      int from = Strings.units(s, picked.getFirst());
      return text.slice(from, s.offsetByCodePoints(from, picked.size()));
    }
    List<Marked> characters = Strings.characters(text);
    Marked.Builder out = new Marked.Builder();
    picked.forEach(i -> out.append(characters.get(i)));
    return out.build();
  }

  private List<Integer> picked(int size, Object start, Object stop, Object step) {
    long by = step == None.NONE ? 1 : integer(step, "the step of a slice");
    if (by == 0) {
      throw new Fault("the step of a slice must not be zero");
    }
    long least = by > 0 ? 0 : -1;
    long most = by > 0 ? size : size - 1L;
    long from = bound(start, by > 0 ? least : most, size, least, most);
    long to = bound(stop, by > 0 ? most : least, size, least, most);
    List<Integer> picked = new ArrayList<>();
    for (long i = from; by > 0 ? i < to : i > to; ) {
      picked.add((int) i);
      if (by > size || by < -size) {
        break;
      }
      i += by;
    }
    budget.spendItems(picked.size());
    return picked;
  }

  private static long bound(Object value, long absent, int size, long least, long most) {
    if (value == None.NONE) {
      return absent;
    }
    long at = integer(value, "a bound of a slice");
    return Math.clamp(at < 0 ? Math.max(at, -size - 1L) + size : at, least, most);
  }

  // ---- arithmetic ----

  Object arithmetic(String operator, Object a, Object b) {
    if (Numbers.isNumber(a) && Numbers.isNumber(b)) {
      return Numbers.arithmetic(operator, a, b);
    }
    if (operator.equals("+")) {
      if (a instanceof Marked left && b instanceof Marked right) {
        budget.spend((long) left.length() + right.length());
        return left.plus(right);
      }
      if (a instanceof Tuple left && b instanceof Tuple right) {
        return new Tuple(joined(left.items(), right.items()));
      }
      if (a instanceof List<?> left
          && b instanceof List<?> right
          && !(a instanceof Range || b instanceof Range)) {
        return joined(left, right);
      }
    }
    if (operator.equals("*") && (a instanceof Long || b instanceof Long)) {
      Object repeated = a instanceof Long ? b : a;
      long times = Math.max(0, integer(a instanceof Long ? a : b, "a factor"));
      if (repeated instanceof Marked text) {
        return repeat(text, times);
      }
      if (repeated instanceof List<?> list && !(repeated instanceof Range)) {
        List<Object> items = new ArrayList<>();
        for (long i = 0; i < times; i++) {
          budget.spendItems(1L + list.size());
          items.addAll(list);
        }
        return items;
      }
    }
    if (a instanceof Undefined || b instanceof Undefined) {
      throw wrongType(a instanceof Undefined ? a : b, "");
    }
    if (operator.equals("%") && a instanceof Marked) {
      throw new Fault("formatting a string with \"%\" is not supported");
    }
    throw new Fault(
        "\"" + operator + "\" cannot be applied to " + typeName(a) + " and " + typeName(b));
  }

  private List<Object> joined(List<?> left, List<?> right) {
    budget.spendItems((long) left.size() + right.size());
    List<Object> items = new ArrayList<>(left);
    items.addAll(right);
    return items;
  }

  private Marked repeat(Marked text, long times) {
    Marked.Builder out = new Marked.Builder();
    for (long i = 0; i < times; i++) {
      budget.spend(1L + text.length());
      out.append(text);
    }
    return out.build();
  }

  // ---- from outside ----

  /**
   * Takes over a value from Java: maps with string keys, collections, strings, numbers, booleans,
   * null. Every character of a {@link String} is literal; those of a {@link Rendered} are as it
   * says.
   */
  static Object fromJava(@Nullable Object value) {
    return switch (value) {
      case null -> None.NONE;
      case String s -> Marked.literal(s);
      case Rendered r -> Marked.of(r);
      case Boolean b -> b;
      case Integer i -> i.longValue();
      case Short s -> s.longValue();
      case Byte b -> b.longValue();
      case Long l -> l;
      case BigInteger i -> i.bitLength() < 64 ? (Object) i.longValue() : i;
      case Float f -> f.doubleValue();
      case Double d -> d;
      case BigDecimal d -> d.doubleValue();
      case Map<?, ?> m -> {
        Map<Object, Object> map = LinkedHashMap.newLinkedHashMap(m.size());
        m.forEach((k, v) -> map.put(Marked.literal(String.valueOf(k)), fromJava(v)));
        yield map;
      }
      case Iterable<?> items -> {
        List<Object> list = new ArrayList<>();
        items.forEach(item -> list.add(fromJava(item)));
        yield list;
      }
      default -> throw new IllegalArgumentException("a " + value.getClass() + " in a template");
    };
  }

  /** The characters of a value from Java, of which the budget depends. */
  static long characters(@Nullable Object value) {
    return switch (value) {
      case null -> 0;
      case String s -> s.length();
      case Rendered r -> r.text().length();
      case Map<?, ?> m -> {
        long sum = 0;
        for (Map.Entry<?, ?> entry : m.entrySet()) {
          sum += 8 + characters(entry.getKey()) + characters(entry.getValue());
        }
        yield sum;
      }
      case Iterable<?> items -> {
        long sum = 0;
        for (Object item : items) {
          sum += 8 + characters(item);
        }
        yield sum;
      }
      default -> 8;
    };
  }
}
