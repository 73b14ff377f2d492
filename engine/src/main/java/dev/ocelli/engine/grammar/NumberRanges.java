package dev.ocelli.engine.grammar;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Numbers of JSON between bounds, written without leading zeros and, where they are bounded,
 * without exponents.
 */
final class NumberRanges {
  /** Digits before and behind the point where no bound asks for more: what a double can hold. */
  private static final int DIGITS = 16;

  private static final Expr DIGIT = Expr.chars(CodePoints.range('0', '9'));

  /** Any number. */
  static final Expr ANY =
      Expr.sequence(
          Expr.optional(Expr.text("-")),
          whole(BigInteger.ZERO, BigInteger.TEN.pow(DIGITS).subtract(BigInteger.ONE)),
          Expr.optional(Expr.sequence(Expr.text("."), Expr.repeat(DIGIT, 1, DIGITS))),
          Expr.optional(
              Expr.sequence(
                  Expr.chars(CodePoints.of("eE")),
                  Expr.optional(Expr.chars(CodePoints.of("+-"))),
                  Expr.repeat(DIGIT, 1, 2))));

  private NumberRanges() {}

  /**
   * Bounds of a number; null for none.
   *
   * @param aboveLow whether the lowest itself is left out
   * @param belowHigh whether the highest itself is left out
   */
  record Bounds(
      @Nullable BigDecimal low, boolean aboveLow, @Nullable BigDecimal high, boolean belowHigh) {

    static final Bounds NONE = new Bounds(null, false, null, false);
  }

  /** Whole numbers between bounds, or null where there is none. */
  static @Nullable Expr integers(Bounds b) {
    BigInteger low = null;
    BigInteger high = null;
    if (b.low != null) {
      low = b.low.setScale(0, RoundingMode.CEILING).toBigInteger();
      boolean equal = new BigDecimal(low).compareTo(b.low) == 0;
      low = b.aboveLow && equal ? low.add(BigInteger.ONE) : low;
    }
    if (b.high != null) {
      high = b.high.setScale(0, RoundingMode.FLOOR).toBigInteger();
      boolean equal = new BigDecimal(high).compareTo(b.high) == 0;
      high = b.belowHigh && equal ? high.subtract(BigInteger.ONE) : high;
    }
    BigInteger most = most(low, high);
    low = low == null ? most.negate() : low;
    high = high == null ? most : high;
    if (low.compareTo(high) > 0) {
      return null;
    }
    List<Expr> options = new ArrayList<>();
    if (high.signum() >= 0) {
      options.add(whole(low.max(BigInteger.ZERO), high));
    }
    if (low.signum() < 0) {
      BigInteger least = high.signum() < 0 ? high.negate() : BigInteger.ONE;
      options.add(Expr.sequence(Expr.text("-"), whole(least, low.negate())));
    }
    return new Expr.Choice(options);
  }

  /** The largest magnitude where no bound limits it. */
  private static BigInteger most(@Nullable BigInteger low, @Nullable BigInteger high) {
    int digits = DIGITS;
    for (BigInteger bound : new @Nullable BigInteger[] {low, high}) {
      digits = bound == null ? digits : Math.max(digits, bound.abs().toString().length() + 2);
    }
    return BigInteger.TEN.pow(digits).subtract(BigInteger.ONE);
  }

  /** Numbers between bounds, or null where there is none. */
  static @Nullable Expr decimals(Bounds b) {
    if (b.low == null && b.high == null) {
      return ANY;
    }
    BigInteger bound =
        most(
            b.low == null ? null : b.low.toBigInteger(),
            b.high == null ? null : b.high.toBigInteger());
    BigDecimal most = new BigDecimal(bound);
    BigDecimal low = b.low == null ? most.negate() : b.low;
    BigDecimal high = b.high == null ? most : b.high;
    if (low.compareTo(high) > 0) {
      return null;
    }
    List<Expr> options = new ArrayList<>();
    if (high.signum() >= 0) {
      boolean negative = low.signum() < 0;
      Expr e =
          magnitudes(
              new Bounds(
                  negative ? BigDecimal.ZERO : low, !negative && b.aboveLow, high, b.belowHigh));
      if (e != null) {
        options.add(e);
      }
    }
    if (low.signum() < 0) {
      boolean positive = high.signum() >= 0;
      Expr e =
          magnitudes(
              new Bounds(
                  positive ? BigDecimal.ZERO : high.negate(),
                  positive || b.belowHigh,
                  low.negate(),
                  b.aboveLow));
      if (e != null) {
        options.add(Expr.sequence(Expr.text("-"), e));
      }
    }
    return options.isEmpty() ? null : new Expr.Choice(options);
  }

  /** Numbers from 0 up between two bounds. */
  private static @Nullable Expr magnitudes(Bounds b) {
    BigDecimal low = b.low == null ? BigDecimal.ZERO : b.low;
    BigDecimal high = b.high == null ? BigDecimal.ZERO : b.high;
    BigInteger lowWhole = low.toBigInteger();
    BigInteger highWhole = high.toBigInteger();
    Tail fromLow = new Tail(fraction(low), b.aboveLow, null, false);
    Tail toHigh = new Tail(null, false, fraction(high), b.belowHigh);
    List<Expr> options = new ArrayList<>();
    if (lowWhole.equals(highWhole)) {
      Tail both = new Tail(fromLow.low, b.aboveLow, toHigh.high, b.belowHigh);
      addFractions(options, lowWhole, both);
    } else {
      addFractions(options, lowWhole, fromLow);
      addFractions(options, highWhole, toHigh);
      BigInteger first = lowWhole.add(BigInteger.ONE);
      BigInteger last = highWhole.subtract(BigInteger.ONE);
      if (first.compareTo(last) <= 0) {
        options.add(
            Expr.sequence(
                whole(first, last),
                Expr.optional(Expr.sequence(Expr.text("."), Expr.repeat(DIGIT, 1, DIGITS)))));
      }
    }
    return options.isEmpty() ? null : new Expr.Choice(options);
  }

  private static String fraction(BigDecimal magnitude) {
    String plain = magnitude.stripTrailingZeros().toPlainString();
    int point = plain.indexOf('.');
    return point < 0 ? "" : plain.substring(point + 1);
  }

  private static void addFractions(List<Expr> options, BigInteger whole, Tail tail) {
    Expr text = Expr.text(whole.toString());
    if (tail.mayEnd()) {
      options.add(text);
    }
    Expr digits = tail.digits(true, 0);
    if (digits != null) {
      options.add(Expr.sequence(text, Expr.text("."), digits));
    }
  }

  /**
   * Digits behind the point that are still to come: bounds of what is to come, null where digits
   * before have decided already. Empty stands for zeros.
   */
  private record Tail(@Nullable String low, boolean above, @Nullable String high, boolean below) {

    /** Whether zeros, thus nothing, may come. */
    boolean mayEnd() {
      return (low == null || zero(low) && !above) && (high == null || !(zero(high) && below));
    }

    private static boolean zero(String digits) {
      return digits.chars().allMatch(c -> c == '0');
    }

    /**
     * The digits to come, or null where none fit.
     *
     * @param first whether there must be one at least
     * @param depth digits before
     */
    @Nullable Expr digits(boolean first, int depth) {
      int known = Math.max(low == null ? 0 : low.length(), high == null ? 0 : high.length());
      int room = DIGITS + known - depth;
      boolean above0 = low == null || low.isEmpty() && !above;
      if (above0 && high == null) {
        return room < 1 && first ? null : Expr.repeat(DIGIT, first ? 1 : 0, Math.max(room, 0));
      }
      List<Expr> options = new ArrayList<>();
      if (!first && mayEnd()) {
        options.add(Expr.EMPTY);
      }
      for (int d = 0; d <= 9 && room > 0; d++) {
        Tail next = after(d);
        int last = d;
        while (next != null && last < 9 && next.equals(after(last + 1))) {
          last++;
        }
        Expr rest = next == null ? null : next.digits(false, depth + 1);
        if (rest != null) {
          options.add(Expr.sequence(Expr.chars(CodePoints.range('0' + d, '0' + last)), rest));
        }
        d = last;
      }
      return options.isEmpty() ? null : new Expr.Choice(options);
    }

    /** What is to come after a digit, or null where it does not fit. */
    private @Nullable Tail after(int digit) {
      String newLow = low;
      if (low != null) {
        int least = low.isEmpty() ? 0 : low.charAt(0) - '0';
        if (digit < least) {
          return null;
        }
        newLow = digit > least ? null : low.isEmpty() ? "" : low.substring(1);
        newLow = newLow != null && newLow.isEmpty() && !above ? null : newLow;
      }
      String newHigh = high;
      if (high != null) {
        int most = high.isEmpty() ? 0 : high.charAt(0) - '0';
        if (digit > most) {
          return null;
        }
        newHigh = digit < most ? null : high.isEmpty() ? "" : high.substring(1);
      }
      return new Tail(newLow, newLow != null && above, newHigh, newHigh != null && below);
    }
  }

  /** Whole numbers from {@code low} (0 at least) to {@code high}. */
  private static Expr whole(BigInteger low, BigInteger high) {
    List<Expr> options = new ArrayList<>();
    for (int n = low.toString().length(); n <= high.toString().length(); n++) {
      BigInteger least = n == 1 ? BigInteger.ZERO : BigInteger.TEN.pow(n - 1);
      BigInteger most = BigInteger.TEN.pow(n).subtract(BigInteger.ONE);
      options.add(sameLength(least.max(low).toString(), most.min(high).toString()));
    }
    return new Expr.Choice(options);
  }

  /** Digits from {@code low} to {@code high}, which are equally many. */
  private static Expr sameLength(String low, String high) {
    int common = 0;
    while (common < low.length() && low.charAt(common) == high.charAt(common)) {
      common++;
    }
    Expr prefix = Expr.text(low.substring(0, common));
    if (common == low.length()) {
      return prefix;
    }
    char a = low.charAt(common);
    char b = high.charAt(common);
    String lowRest = low.substring(common + 1);
    String highRest = high.substring(common + 1);
    boolean wholeLow = lowRest.chars().allMatch(c -> c == '0');
    boolean wholeHigh = highRest.chars().allMatch(c -> c == '9');
    List<Expr> options = new ArrayList<>();
    if (!wholeLow) {
      options.add(Expr.sequence(Expr.text(String.valueOf(a)), atLeast(lowRest)));
    }
    char from = (char) (wholeLow ? a : a + 1);
    char to = (char) (wholeHigh ? b : b - 1);
    if (from <= to) {
      options.add(
          Expr.sequence(
              Expr.chars(CodePoints.range(from, to)),
              Expr.repeat(DIGIT, lowRest.length(), lowRest.length())));
    }
    if (!wholeHigh) {
      options.add(Expr.sequence(Expr.text(String.valueOf(b)), atMost(highRest)));
    }
    return Expr.sequence(prefix, new Expr.Choice(options));
  }

  private static Expr atLeast(String digits) {
    return sameLength(digits, "9".repeat(digits.length()));
  }

  private static Expr atMost(String digits) {
    return sameLength("0".repeat(digits.length()), digits);
  }
}
