package dev.ocelli.engine.chat.jinja;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Python's {@code json.dumps} as chat templates call it; strings keep their marks. */
final class Json {
  private final Values values;
  private final boolean ascii;
  private final boolean sorted;
  private final @Nullable String indent;
  private final String comma;
  private final String colon;
  private final Marked.Builder out = new Marked.Builder();

  /**
   * How to write.
   *
   * @param ascii whether characters beyond ASCII are escaped
   * @param sorted whether keys are sorted
   * @param indent what each level is indented by, or null for one line
   * @param comma between items; a newline follows where there is an indent
   * @param colon between key and value
   */
  record Style(
      boolean ascii, boolean sorted, @Nullable String indent, String comma, String colon) {}

  private Json(Values values, Style style) {
    this.values = values;
    this.ascii = style.ascii;
    this.sorted = style.sorted;
    this.indent = style.indent;
    this.comma = style.comma;
    this.colon = style.colon;
  }

  static Marked write(Object value, Style style, Values values) {
    Json json = new Json(values, style);
    json.value(value, 1);
    return json.out.build();
  }

  private void value(Object value, int level) {
    values.budget().enter();
    int before = out.length();
    switch (value) {
      case Marked m -> string(m);
      case Boolean b -> out.appendTrusted(b.toString());
      case None n -> out.appendTrusted("null");
      case Long l -> out.appendTrusted(l.toString());
      case BigInteger i -> out.appendTrusted(i.toString());
      case Double d -> out.appendTrusted(number(d));
      case Range r -> throw unwritable(value);
      case List<?> l -> array(l, level);
      case Tuple t -> array(t.items(), level);
      case Map<?, ?> m -> object(m, level);
      case Undefined u -> throw u.fault();
      default -> throw unwritable(value);
    }
    values.budget().spend(Math.max(0, out.length() - before));
    values.budget().leave();
  }

  private static Fault unwritable(Object value) {
    return new Fault("a " + Values.typeName(value) + " cannot be written as JSON");
  }

  private static String number(double value) {
    return Double.isNaN(value)
        ? "NaN"
        : Double.isInfinite(value) ? (value > 0 ? "Infinity" : "-Infinity") : Numbers.repr(value);
  }

  private void newLine(int level) {
    if (indent != null) {
      values.budget().spend((long) indent.length() * level);
      out.appendTrusted("\n" + indent.repeat(level));
    }
  }

  private void array(List<?> items, int level) {
    out.appendTrusted("[");
    boolean first = true;
    for (Object item : items) {
      out.appendTrusted(first ? "" : comma);
      newLine(level);
      value(item, level + 1);
      first = false;
    }
    if (!first) {
      newLine(level - 1);
    }
    out.appendTrusted("]");
  }

  private void object(Map<?, ?> map, int level) {
    out.appendTrusted("{");
    boolean first = true;
    for (Map.Entry<?, ?> entry : inOrder(map).entrySet()) {
      out.appendTrusted(first ? "" : comma);
      newLine(level);
      string(entry.getKey() instanceof Marked m ? m : Marked.trusted(entry.getKey().toString()));
      out.appendTrusted(colon);
      value(entry.getValue(), level + 1);
      first = false;
    }
    if (!first) {
      newLine(level - 1);
    }
    out.appendTrusted("}");
  }

  private Map<?, ?> inOrder(Map<?, ?> map) {
    if (!sorted) {
      return map;
    }
    Map<Object, Object> ordered = new TreeMap<>((a, b) -> values.compare(a, b, "<"));
    ordered.putAll(map);
    return ordered;
  }

  private void string(Marked text) {
    String s = text.text();
    out.appendTrusted("\"");
    int plain = 0;
    for (int i = 0; i < s.length(); i++) {
      String escape = escape(s.charAt(i));
      if (escape != null) {
        out.append(text, plain, i);
        out.appendAs(escape, text, i, i + 1);
        plain = i + 1;
      }
    }
    out.append(text, plain, s.length());
    out.appendTrusted("\"");
  }

  private @Nullable String escape(char c) {
    return switch (c) {
      case '"' -> "\\\"";
      case '\\' -> "\\\\";
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      case '\f' -> "\\f";
      case '\b' -> "\\b";
      default -> c < 0x20 || (ascii && c > 0x7e) ? String.format("\\u%04x", (int) c) : null;
    };
  }
}
