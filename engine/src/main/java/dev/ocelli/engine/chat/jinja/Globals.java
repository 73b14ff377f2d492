package dev.ocelli.engine.chat.jinja;

import dev.ocelli.engine.OcelliException;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Functions that every template has. */
final class Globals {
  /** A function by its name. */
  @SuppressWarnings("ImmutableEnumChecker") // a signature is immutable
  enum Function {
    RANGE("range", Signature.of(1, "start", "stop", "step")),
    NAMESPACE("namespace", Signature.any()),
    DICT("dict", Signature.any()),
    RAISE_EXCEPTION("raise_exception", Signature.of(1, "message")),
    STRFTIME_NOW("strftime_now", Signature.of(1, "format"));

    private final String written;
    private final Signature signature;

    Function(String written, Signature signature) {
      this.written = written;
      this.signature = signature;
    }

    String written() {
      return written;
    }
  }

  private static final Map<Character, String> DATE_PATTERNS =
      Map.ofEntries(
          Map.entry('Y', "uuuu"),
          Map.entry('y', "uu"),
          Map.entry('m', "MM"),
          Map.entry('d', "dd"),
          Map.entry('H', "HH"),
          Map.entry('I', "hh"),
          Map.entry('M', "mm"),
          Map.entry('S', "ss"),
          Map.entry('p', "a"),
          Map.entry('B', "MMMM"),
          Map.entry('b', "MMM"),
          Map.entry('A', "EEEE"),
          Map.entry('a', "EEE"),
          Map.entry('j', "DDD"),
          Map.entry('F', "uuuu-MM-dd"),
          Map.entry('T', "HH:mm:ss"));

  private final Values values;
  private final LocalDateTime now;

  Globals(Values values, LocalDateTime now) {
    this.values = values;
    this.now = now;
  }

  Object call(Function function, Signature.Given given) {
    function.signature.check(
        "the function \"" + function.written + "\"", given.positional().size(), given.names(), 0);
    return switch (function) {
      case RANGE -> range(given.positional());
      case NAMESPACE -> namespace(given);
      case DICT -> dict(given);
      case RAISE_EXCEPTION ->
          throw new Fault(
              OcelliException.Kind.INPUT,
              "the template refuses the messages: " + values.str(given.positional().getFirst()),
              0);
      case STRFTIME_NOW -> date(Values.string(given.positional().getFirst(), "a date format"));
    };
  }

  private static Object range(List<Object> bounds) {
    if (bounds.isEmpty()) {
      throw new Fault("range() takes no named arguments");
    }
    long first = Values.integer(bounds.getFirst(), "a bound of range()");
    if (bounds.size() == 1) {
      return new Range(0, first, 1);
    }
    long stop = Values.integer(bounds.get(1), "a bound of range()");
    return new Range(
        first, stop, bounds.size() < 3 ? 1 : Values.integer(bounds.get(2), "the step of range()"));
  }

  private Map<Object, Object> dict(Signature.Given given) {
    Map<Object, Object> map = new LinkedHashMap<>();
    if (given.positional().size() > 1) {
      throw new Fault("dict() and namespace() take one dict at most");
    }
    for (Object start : given.positional()) {
      if (!(start instanceof Map<?, ?> other)) {
        throw Values.wrongType(start, "what dict() and namespace() take over must be a dict");
      }
      values.budget().spendItems(other.size());
      map.putAll(other);
    }
    for (int i = 0; i < given.names().size(); i++) {
      map.put(Marked.trusted(given.names().get(i)), given.named().get(i));
    }
    return map;
  }

  private Namespace namespace(Signature.Given given) {
    Namespace namespace = new Namespace();
    dict(given).forEach((name, value) -> namespace.set(name.toString(), value));
    return namespace;
  }

  private Marked date(Marked format) {
    StringBuilder out = new StringBuilder();
    String f = format.text();
    int i = 0;
    while (i < f.length()) {
      int percent = f.indexOf('%', i);
      if (percent < 0) {
        break;
      }
      out.append(f, i, percent);
      boolean padded = !f.startsWith("%-", percent);
      int at = percent + (padded ? 1 : 2);
      char field = at < f.length() ? f.charAt(at) : 0;
      String pattern = field == '%' && padded ? "'%'" : DATE_PATTERNS.get(field);
      if (pattern == null) {
        throw new Fault("the date format \"%" + field + "\" is not supported");
      }
      String text = now.format(DateTimeFormatter.ofPattern(pattern, Locale.US));
      out.append(padded ? text : text.replaceFirst("^0+(?=.)", ""));
      i = at + 1;
    }
    return Marked.trusted(out.append(f, i, f.length()).toString());
  }
}
