package dev.ocelli.engine.chat.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * Python's numbers: {@link Long}, {@link BigInteger} (from data only), {@link Double}, {@link
 * Boolean}.
 */
final class Numbers {
  private Numbers() {}

  static boolean isNumber(Object value) {
    return value instanceof Long
        || value instanceof Double
        || value instanceof Boolean
        || value instanceof BigInteger;
  }

  static boolean isNan(Object value) {
    return value instanceof Double d && d.isNaN();
  }

  private static Object plain(Object value) {
    return value instanceof Boolean b ? (Object) (b ? 1L : 0L) : value;
  }

  /** Negative, zero or positive; a value that is not a number compares as greater. */
  static int compare(Object left, Object right) {
    Object a = plain(left);
    Object b = plain(right);
    if (a instanceof Long x && b instanceof Long y) {
      return Long.compare(x, y);
    }
    double x = ((Number) a).doubleValue();
    double y = ((Number) b).doubleValue();
    if (Double.isNaN(x) || Double.isNaN(y)) {
      return 1;
    }
    if (Double.isInfinite(x) || Double.isInfinite(y)) {
      return Double.compare(x, y);
    }
    return exact(a).compareTo(exact(b));
  }

  private static BigDecimal exact(Object value) {
    return switch (value) {
      case Long l -> BigDecimal.valueOf(l);
      case BigInteger i -> new BigDecimal(i);
      case Double d -> new BigDecimal(d);
      default -> throw new IllegalArgumentException(value.toString());
    };
  }

  static Object arithmetic(String operator, Object left, Object right) {
    Object a = plain(left);
    Object b = plain(right);
    try {
      return a instanceof Long x && b instanceof Long y
          ? whole(operator, x, y)
          : real(operator, real(a), real(b));
    } catch (ArithmeticException e) {
      throw new Fault("\"" + operator + "\" gives a number that is too large or divides by zero");
    }
  }

  private static double real(Object value) {
    if (value instanceof BigInteger) {
      throw new Fault("arithmetic with an integer of more than 64 bits is not supported");
    }
    return ((Number) value).doubleValue();
  }

  private static Object whole(String operator, long a, long b) {
    return switch (operator) {
      case "+" -> Math.addExact(a, b);
      case "-" -> Math.subtractExact(a, b);
      case "*" -> Math.multiplyExact(a, b);
      case "//" -> Math.floorDivExact(a, b);
      case "%" -> Math.floorMod(a, b);
      case "/" -> {
        if (b == 0) {
          throw new ArithmeticException();
        }
        yield new BigDecimal(a).divide(new BigDecimal(b), new MathContext(40)).doubleValue();
      }
      case "**" -> b < 0 ? (Object) real("**", (double) a, (double) b) : (Object) power(a, b);
      default -> throw new IllegalArgumentException(operator);
    };
  }

  private static long power(long base, long exponent) {
    if (base == 0 || base == 1) {
      return exponent == 0 ? 1 : base;
    }
    if (base == -1) {
      return exponent % 2 == 0 ? 1 : -1;
    }
    long result = 1;
    for (long i = 0; i < exponent; i++) {
      result = Math.multiplyExact(result, base);
    }
    return result;
  }

  private static double real(String operator, double a, double b) {
    if (b == 0
        && !operator.equals("+")
        && !operator.equals("-")
        && !operator.equals("*")
        && !operator.equals("**")) {
      throw new ArithmeticException();
    }
    return switch (operator) {
      case "+" -> a + b;
      case "-" -> a - b;
      case "*" -> a * b;
      case "/" -> a / b;
      case "//" -> floorDivide(a, b);
      case "%" -> modulo(a, b);
      case "**" -> {
        double result = Math.pow(a, b);
        if ((a == 0 && b < 0)
            || (Double.isNaN(result) && !Double.isNaN(a) && !Double.isNaN(b))
            || (Double.isInfinite(result) && Double.isFinite(a) && Double.isFinite(b))) {
          throw new ArithmeticException();
        }
        yield result;
      }
      default -> throw new IllegalArgumentException(operator);
    };
  }

  private static double modulo(double a, double b) {
    double rest = a % b;
    return rest != 0 && rest < 0 != b < 0 ? rest + b : rest == 0 ? Math.copySign(0, b) : rest;
  }

  private static double floorDivide(double a, double b) {
    double quotient = (a - modulo(a, b)) / b;
    double floor = Math.floor(quotient);
    double result = quotient - floor > 0.5 ? floor + 1 : floor;
    return quotient == 0 ? Math.copySign(0, a / b) : result;
  }

  static Object negate(Object value) {
    Object a = plain(value);
    return switch (a) {
      case Long l when l == Long.MIN_VALUE ->
          throw new Fault("\"-\" gives a number that is too large");
      case Long l -> -l;
      case Double d -> -d;
      case BigInteger i -> i.negate();
      default -> throw Values.wrongType(value, "what follows a sign must be a number");
    };
  }

  static Object positive(Object value) {
    if (!isNumber(value)) {
      throw Values.wrongType(value, "what follows a sign must be a number");
    }
    return plain(value);
  }

  /** Python's {@code repr} of a float: the fewest digits that give the same value. */
  static String repr(double value) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    }
    String sign = value < 0 || (value == 0 && 1 / value < 0) ? "-" : "";
    if (value == 0) {
      return sign + "0.0";
    }
    double size = Math.abs(value);
    BigDecimal decimal = new BigDecimal(Double.toString(size)).stripTrailingZeros();
    // Java always gives two digits at least.
    BigDecimal shorter = decimal.round(new MathContext(1, RoundingMode.HALF_EVEN));
    if (decimal.precision() == 2 && shorter.doubleValue() == size) {
      decimal = shorter.stripTrailingZeros();
    }
    int exponent = decimal.precision() - decimal.scale() - 1;
    if (exponent >= -4 && exponent < 16) {
      String plain = decimal.toPlainString();
      return sign + (plain.indexOf('.') < 0 ? plain + ".0" : plain);
    }
    String digits = decimal.unscaledValue().toString();
    String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
    return sign
        + digits.charAt(0)
        + fraction
        + (exponent < 0 ? "e-" : "e+")
        + (Math.abs(exponent) < 10 ? "0" : "")
        + Math.abs(exponent);
  }

  /** Python's {@code round(value, digits)} of a float. */
  static double round(double value, long digits) {
    if (!Double.isFinite(value) || digits > 400) {
      return value;
    }
    int scale = (int) Math.max(digits, -400);
    double result = new BigDecimal(value).setScale(scale, RoundingMode.HALF_EVEN).doubleValue();
    return result == 0 ? Math.copySign(0.0, value) : result;
  }
}
