package dev.ocelli.engine.chat.jinja;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What may stand after {@code is}. */
final class Tests {
  private static final Map<String, Signature> SIGNATURES = new HashMap<>();

  static {
    for (String name :
        List.of(
            "defined",
            "undefined",
            "none",
            "string",
            "number",
            "integer",
            "float",
            "boolean",
            "true",
            "false",
            "mapping",
            "iterable",
            "sequence",
            "callable",
            "odd",
            "even",
            "lower",
            "upper")) {
      SIGNATURES.put(name, Signature.of(0));
    }
    for (String name :
        List.of(
            "divisibleby",
            "in",
            "sameas",
            "eq",
            "equalto",
            "==",
            "ne",
            "!=",
            "lt",
            "lessthan",
            "<",
            "le",
            "<=",
            "gt",
            "greaterthan",
            ">",
            "ge",
            ">=")) {
      SIGNATURES.put(name, Signature.of(1, "other"));
    }
  }

  private Tests() {}

  /** What a test takes, or null where there is no such test. */
  static @Nullable Signature signature(String name) {
    return SIGNATURES.get(name);
  }

  static boolean apply(String name, Object value, Signature.Given given, Values values) {
    Signature signature = SIGNATURES.get(name);
    if (signature == null) {
      throw new Fault("the test \"" + name + "\" is not supported");
    }
    signature.check("the test \"" + name + "\"", given.positional().size(), given.names(), 0);
    Signature.Bound arguments = signature.bind(given);
    return arguments.has(0)
        ? apply(name, value, arguments.get(0), values)
        : apply(name, value, values);
  }

  private static boolean apply(String name, Object value, Values values) {
    return switch (name) {
      case "defined" -> !(value instanceof Undefined);
      case "undefined" -> value instanceof Undefined;
      case "none" -> value == None.NONE;
      case "string" -> value instanceof Marked;
      case "number" -> Numbers.isNumber(value);
      case "integer" -> value instanceof Long || value instanceof BigInteger;
      case "float" -> value instanceof Double;
      case "boolean" -> value instanceof Boolean;
      case "true" -> Boolean.TRUE.equals(value);
      case "false" -> Boolean.FALSE.equals(value);
      case "mapping" -> value instanceof Map<?, ?>;
      case "sequence" ->
          value instanceof Marked
              || value instanceof List<?>
              || value instanceof Tuple
              || value instanceof Map<?, ?>
              || value instanceof Undefined;
      case "iterable" ->
          value instanceof Lazy
              || value instanceof View
              || value instanceof Loop
              || apply("sequence", value, values);
      // Python finds that undefined values can be called, though calling them is an error.
      case "callable" ->
          value instanceof MacroValue
              || value instanceof Globals.Function
              || value instanceof Undefined;
      case "odd" -> isMultiple(value, 2, 1);
      case "even" -> isMultiple(value, 2, 0);
      case "lower" -> Strings.isLower(values.str(value).text());
      default -> Strings.isUpper(values.str(value).text());
    };
  }

  private static boolean isMultiple(Object value, Object of, long rest) {
    if (!Numbers.isNumber(value) || !Numbers.isNumber(of)) {
      throw Values.wrongType(Numbers.isNumber(value) ? of : value, "a number that is tested");
    }
    return Numbers.compare(Numbers.arithmetic("%", value, of), rest) == 0;
  }

  private static boolean apply(String name, Object value, Object other, Values values) {
    return switch (name) {
      case "divisibleby" -> isMultiple(value, other, 0);
      case "in" -> values.contains(other, value);
      case "sameas" -> {
        if (value instanceof None || value instanceof Boolean) {
          yield value.equals(other);
        }
        if (other instanceof None || other instanceof Boolean) {
          yield false;
        }
        throw new Fault("the test \"sameas\" is supported for none, true and false only");
      }
      case "eq", "equalto", "==" -> values.equal(value, other);
      case "ne", "!=" -> !values.equal(value, other);
      case "lt", "lessthan", "<" -> values.compare(value, other, "<") < 0;
      case "le", "<=" -> values.compare(value, other, "<=") <= 0;
      case "gt", "greaterthan", ">" -> values.compare(value, other, ">") > 0;
      default -> values.compare(value, other, ">=") >= 0;
    };
  }
}
