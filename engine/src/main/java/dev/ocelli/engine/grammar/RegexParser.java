package dev.ocelli.engine.grammar;

import dev.ocelli.engine.OcelliException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads regular expressions: characters, classes, {@code .}, {@code \d \w \s} and their opposites,
 * groups, alternatives, {@code * + ? {m} {m,} {m,n}} (lazy ones describe the same texts), and
 * {@code ^} and {@code $} at the ends. What describes no regular language, or is not supported, is
 * refused by name: back references, look-around, word boundaries, {@code \p}.
 */
final class RegexParser {
  private static final int DEEPEST = 100;

  private static final CodePoints DIGITS = CodePoints.range('0', '9');
  private static final CodePoints WORD =
      DIGITS.or(CodePoints.range('a', 'z')).or(CodePoints.range('A', 'Z')).or(CodePoints.of("_"));

  /** White space by every dialect, and what is white space by some. */
  private static final CodePoints SPACE = CodePoints.of(" \t\n\r\f\u000B");

  private static final CodePoints ANY_SPACE =
      CodePoints.of(" \t\n\r\f\u000B\u0085\u00A0\uFEFF\u1680\u2028\u2029\u202F\u205F\u3000")
          .or(CodePoints.range(0x2000, 0x200A));
  private static final CodePoints LINE_ENDS = CodePoints.of("\n\r\u0085\u2028\u2029");

  private final TextCursor in;
  private final Function<CodePoints, Expr> written;
  private int depth;

  private RegexParser(String pattern, Function<CodePoints, Expr> written) {
    this.in = new TextCursor(pattern, "regular expression");
    this.written = written;
  }

  /**
   * The texts that match as a whole.
   *
   * @param written how one of several characters is written
   * @throws OcelliException USAGE with the column
   */
  static Expr whole(String pattern, Function<CodePoints, Expr> written) {
    RegexParser p = new RegexParser(pattern, written);
    return new Expr.Choice(p.branches().stream().map(Branch::body).toList());
  }

  /** The texts somewhere in which there is a match, as JSON Schema means its patterns. */
  static Expr within(String pattern, Function<CodePoints, Expr> written) {
    RegexParser p = new RegexParser(pattern, written);
    Expr anything = Expr.many(written.apply(CodePoints.ALL));
    List<Expr> options = new ArrayList<>();
    for (Branch b : p.branches()) {
      List<Expr> parts = new ArrayList<>();
      if (!b.fromStart) {
        parts.add(anything);
      }
      parts.add(b.body);
      if (!b.toEnd) {
        parts.add(anything);
      }
      options.add(new Expr.Sequence(parts));
    }
    return new Expr.Choice(options);
  }

  /** An alternative of the whole pattern. */
  private record Branch(Expr body, boolean fromStart, boolean toEnd) {}

  private List<Branch> branches() {
    List<Branch> out = new ArrayList<>();
    do {
      boolean start = in.take("^");
      Expr body = sequence();
      out.add(new Branch(body, start, in.take("$")));
    } while (in.take("|"));
    if (in.peek() != TextCursor.END) {
      throw in.error(
          in.peek() == ')'
              ? "')' closes nothing; write \\) for the character"
              : "'$' is supported at the end of the expression and of its alternatives only; leave it out here");
    }
    return out;
  }

  private Expr alternatives() {
    List<Expr> options = new ArrayList<>();
    do {
      options.add(sequence());
    } while (in.take("|"));
    return options.size() == 1 ? options.getFirst() : new Expr.Choice(options);
  }

  private Expr sequence() {
    List<Expr> parts = new ArrayList<>();
    while (true) {
      Expr part = part();
      if (part == null) {
        return parts.size() == 1 ? parts.getFirst() : new Expr.Sequence(parts);
      }
      parts.add(repeated(part));
    }
  }

  private @Nullable Expr part() {
    int place = in.position();
    int c = in.peek();
    switch (c) {
      case TextCursor.END, '|', ')', '$' -> {
        return null;
      }
      case '(' -> {
        return group();
      }
      case '[' -> {
        return set(charClass(), place);
      }
      case '.' -> {
        in.take();
        return set(LINE_ENDS.complement(), place);
      }
      case '^' ->
          throw in.error(
              "'^' is supported at the beginning of the expression and of its alternatives only; leave it out here");
      case '*', '+', '?' ->
          throw in.error("%s has nothing to repeat before it".formatted(TextCursor.shown(c)));
      default -> {
        return set(character(false), place);
      }
    }
  }

  private Expr set(CodePoints set, int place) {
    if (set.isEmpty()) {
      throw in.error(place, "no character fits here; put some into the class");
    }
    return written.apply(set);
  }

  private Expr group() {
    int place = in.position();
    in.take();
    if (in.take("?")) {
      boolean plain = in.take(":");
      if (!plain && in.startsWith("<") && !in.startsWith("<=") && !in.startsWith("<!")) {
        while (in.peek() != '>' && in.peek() != TextCursor.END) {
          in.take();
        }
        plain = in.take(">");
      }
      if (!plain) {
        throw in.error(
            place, "look-ahead, look-behind and flags are not supported; use a plain group (...)");
      }
    }
    if (++depth > DEEPEST) {
      throw in.error(place, "groups nest deeper than %d; simplify them".formatted(DEEPEST));
    }
    Expr inner = alternatives();
    depth--;
    if (in.peek() == '$') {
      throw in.error(
          "'$' is supported at the end of the expression and of its alternatives only; leave it out here");
    }
    if (!in.take(")")) {
      throw in.error(place, "this group is not closed; add ')'");
    }
    return inner;
  }

  private Expr repeated(Expr part) {
    int place = in.position();
    Expr out;
    switch (in.peek()) {
      case '*' -> {
        in.take();
        out = Expr.many(part);
      }
      case '+' -> {
        in.take();
        out = Expr.repeat(part, 1, Expr.Repeat.UNLIMITED);
      }
      case '?' -> {
        in.take();
        out = Expr.optional(part);
      }
      case '{' -> {
        Expr counted = counted(part);
        if (counted == null) {
          return part; // a brace that is only a character
        }
        out = counted;
      }
      default -> {
        return part;
      }
    }
    in.take("?"); // lazy: the same texts
    if (in.peek() == '+' || in.peek() == '*') {
      throw in.error(
          place, "possessive and doubled repetitions are not supported; use one of * + ? {m,n}");
    }
    return out;
  }

  private @Nullable Expr counted(Expr body) {
    int place = in.position();
    in.take();
    int min = in.number();
    int max = min;
    if (in.take(",")) {
      max = in.number();
    }
    if (min < 0 || !in.take("}")) {
      in.back(place);
      return null;
    }
    if (max >= 0 && max < min) {
      throw in.error(place, "{%d,%d} ends before it begins; swap them".formatted(min, max));
    }
    return Expr.repeat(body, min, max < 0 ? Expr.Repeat.UNLIMITED : max);
  }

  private CodePoints charClass() {
    int place = in.position();
    in.take();
    boolean negated = in.take("^");
    CodePoints set = CodePoints.of(List.of());
    while (in.peek() != ']') {
      int from = in.position();
      CodePoints first = classPart(place, negated);
      if (in.peek() == '-' && !in.startsWith("-]")) {
        in.take();
        CodePoints last = classPart(place, negated);
        int low = single(first, from);
        int high = single(last, from);
        if (high < low) {
          throw in.error(from, "this range ends before it begins; swap its ends");
        }
        first = CodePoints.range(low, high);
      }
      set = set.or(first);
    }
    in.take();
    return negated ? set.complement() : set;
  }

  private CodePoints classPart(int place, boolean negated) {
    if (in.peek() == TextCursor.END) {
      throw in.error(place, "this character class is not closed; add ']'");
    }
    if (in.startsWith("[:") || in.startsWith("&&")) {
      throw in.error("POSIX classes and intersections are not supported; list the characters");
    }
    if (in.take("\\b")) {
      return CodePoints.of("\b");
    }
    return character(negated);
  }

  private int single(CodePoints set, int place) {
    List<int[]> ranges = set.ranges();
    if (ranges.size() != 1 || ranges.getFirst()[0] != ranges.getFirst()[1]) {
      throw in.error(place, "a range needs single characters at its ends; escape '-' to mean it");
    }
    return ranges.getFirst()[0];
  }

  /**
   * A character or what an escape stands for.
   *
   * @param negated whether what is not in it is meant: then the larger set is the careful one
   */
  private CodePoints character(boolean negated) {
    int place = in.position();
    int c = in.take();
    if (c != '\\') {
      return one(c, place);
    }
    int escaped = in.take();
    return switch (escaped) {
      case 'd' -> DIGITS;
      case 'D' -> DIGITS.complement();
      case 'w' -> WORD;
      case 'W' -> WORD.complement();
      case 's' -> negated ? ANY_SPACE : SPACE;
      case 'S' -> (negated ? SPACE : ANY_SPACE).complement();
      case 'n' -> CodePoints.of("\n");
      case 'r' -> CodePoints.of("\r");
      case 't' -> CodePoints.of("\t");
      case 'f' -> CodePoints.of("\f");
      case 'v' -> CodePoints.of("\u000B");
      case 'x' -> one(in.hex(2), place);
      case 'u' -> one(unicode(), place);
      default -> {
        boolean letter =
            escaped >= '0' && escaped <= '9'
                || escaped >= 'a' && escaped <= 'z'
                || escaped >= 'A' && escaped <= 'Z';
        if (escaped == TextCursor.END || letter) {
          throw in.error(
              place,
              "\\%s is not supported; the escapes are \\d \\D \\w \\W \\s \\S \\n \\r \\t \\f \\v \\xHH \\uHHHH and \\ before a sign"
                  .formatted(letter ? Character.toString(escaped) : ""));
        }
        yield one(escaped, place);
      }
    };
  }

  private int unicode() {
    if (in.take("{")) {
      int value = 0;
      int place = in.position();
      while (in.peek() != '}') {
        int digit = in.peek() == TextCursor.END ? -1 : Character.digit(in.take(), 16);
        value = value << 4 | digit;
        if (digit < 0 || value > Character.MAX_CODE_POINT) {
          throw in.error(place, "this is not a Unicode character in hexadecimal; mend it");
        }
      }
      in.take();
      return value;
    }
    return in.hex(4);
  }

  private CodePoints one(int c, int place) {
    CodePoints set = CodePoints.range(c, c);
    if (set.isEmpty()) {
      throw in.error(place, "half of a surrogate pair is not a character; leave it out");
    }
    return set;
  }
}
