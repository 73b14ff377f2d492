package dev.ocelli.engine.grammar;

import dev.ocelli.engine.OcelliException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads grammars in GBNF, the notation of llama.cpp (its {@code grammars/README.md}): rules {@code
 * name ::= ...}, literals, character classes, {@code .}, groups, alternatives, {@code * + ? {m}
 * {m,} {m,n}}, and comments. The reply must match the rule {@code root}.
 *
 * <p>References to tokens by number or name ({@code <[1000]>}) are refused: a grammar describes
 * text, and tokens such as {@code <tool_call>} match their text.
 */
public final class GbnfParser {
  /** Deepest nesting of groups. */
  private static final int DEEPEST = 100;

  private final TextCursor in;
  private final Map<String, Expr> rules = new LinkedHashMap<>();
  private final Map<String, Integer> used = new LinkedHashMap<>(); // name to its first place
  private int depth;

  private GbnfParser(String text) {
    in = new TextCursor(text, "grammar");
  }

  /**
   * Parses a grammar.
   *
   * @throws OcelliException USAGE with line and column
   */
  public static Grammar parse(String text) {
    return new GbnfParser(text).grammar();
  }

  private Grammar grammar() {
    space(true);
    while (in.peek() != TextCursor.END) {
      rule();
      space(true);
    }
    used.forEach((name, place) -> {
      if (!rules.containsKey(name)) {
        throw in.error(place, "the rule '%s' is not defined; define it".formatted(name));
      }
    });
    if (!rules.containsKey("root")) {
      throw in.error("there is no rule 'root', which the whole reply must match; add it");
    }
    return new Grammar(rules, "root");
  }

  private void rule() {
    int place = in.position();
    String name = name();
    if (name.isEmpty()) {
      throw in.error(
          "a rule begins with its name (letters, digits and '-'), not with %s; write NAME ::= ..."
              .formatted(TextCursor.shown(in.peek())));
    }
    space(false);
    if (!in.take("::=")) {
      throw in.error("'::=' is missing behind the name '%s'; add it".formatted(name));
    }
    space(true);
    Expr body = alternatives(false);
    if (in.peek() != TextCursor.END && in.peek() != '\n' && in.peek() != '\r') {
      throw in.error(
          "%s is not expected here; a literal must be quoted, a rule ends with its line"
              .formatted(TextCursor.shown(in.peek())));
    }
    if (rules.put(name, body) != null) {
      throw in.error(place, "the rule '%s' is defined twice; rename one".formatted(name));
    }
  }

  private String name() {
    int from = in.position();
    while (isNamePart(in.peek())) {
      in.take();
    }
    return in.since(from);
  }

  private static boolean isNamePart(int c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || c == '-'
        || c == '_';
  }

  /** Skips spaces and comments, and line ends where they mean nothing. */
  private void space(boolean lines) {
    while (true) {
      int c = in.peek();
      if (c == '#') {
        while (in.peek() != '\n' && in.peek() != '\r' && in.peek() != TextCursor.END) {
          in.take();
        }
      } else if (c == ' ' || c == '\t' || lines && (c == '\n' || c == '\r')) {
        in.take();
      } else {
        return;
      }
    }
  }

  private Expr alternatives(boolean nested) {
    List<Expr> options = new ArrayList<>();
    options.add(sequence(nested));
    while (atBar(nested)) {
      in.take();
      space(true);
      options.add(sequence(nested));
    }
    return options.size() == 1 ? options.getFirst() : new Expr.Choice(options);
  }

  /** Whether another alternative comes, if only on the next line. */
  private boolean atBar(boolean nested) {
    int here = in.position();
    space(true);
    if (in.peek() == '|') {
      return true;
    }
    if (!nested) {
      in.back(here);
    }
    return false;
  }

  private Expr sequence(boolean nested) {
    List<Expr> parts = new ArrayList<>();
    while (true) {
      int place = in.position();
      Expr part = part();
      if (part == null) {
        return parts.size() == 1 ? parts.getFirst() : new Expr.Sequence(parts);
      }
      space(nested);
      part = repeated(part, place);
      space(nested);
      parts.add(part);
    }
  }

  /** The next part, or null where none begins. */
  private @Nullable Expr part() {
    int place = in.position();
    int c = in.peek();
    return switch (c) {
      case '"' -> literal();
      case '[' -> charClass();
      case '.' -> {
        in.take();
        yield Expr.chars(CodePoints.ALL);
      }
      case '(' -> {
        in.take();
        if (++depth > DEEPEST) {
          throw in.error(place, "groups nest deeper than %d; use rules instead".formatted(DEEPEST));
        }
        space(true);
        Expr inner = alternatives(true);
        if (!in.take(")")) {
          throw in.error(place, "this group is not closed; add ')'");
        }
        depth--;
        yield inner;
      }
      case '<', '!' ->
          throw in.error(
              place, "references to tokens are not supported; write the token's text as a literal");
      case '*', '+', '?', '{' ->
          throw in.error(
              place, "%s has nothing to repeat before it".formatted(TextCursor.shown(c)));
      default -> {
        String name = name();
        if (name.isEmpty()) {
          yield null;
        }
        used.putIfAbsent(name, place);
        yield Expr.rule(name);
      }
    };
  }

  private Expr repeated(Expr part, int place) {
    Expr out = part;
    while (true) {
      switch (in.peek()) {
        case '*' -> {
          in.take();
          out = Expr.many(out);
        }
        case '+' -> {
          in.take();
          out = Expr.repeat(out, 1, Expr.Repeat.UNLIMITED);
        }
        case '?' -> {
          in.take();
          out = Expr.optional(out);
        }
        case '{' -> out = counted(out);
        default -> {
          return out;
        }
      }
      if (++depth > DEEPEST) {
        throw in.error(place, "too many repetitions of repetitions; simplify them");
      }
      depth--;
    }
  }

  private Expr counted(Expr body) {
    int place = in.position();
    in.take();
    space(false);
    int min = in.number();
    space(false);
    int max = min;
    if (in.take(",")) {
      space(false);
      max = in.number();
      space(false);
    }
    if (min < 0 || !in.take("}")) {
      throw in.error(place, "a repetition is {m}, {m,} or {m,n}; mend it");
    }
    if (max >= 0 && max < min) {
      throw in.error(place, "{%d,%d} ends before it begins; swap them".formatted(min, max));
    }
    return Expr.repeat(body, min, max < 0 ? Expr.Repeat.UNLIMITED : max);
  }

  private Expr literal() {
    int place = in.position();
    in.take();
    StringBuilder text = new StringBuilder();
    while (in.peek() != '"') {
      if (in.peek() == TextCursor.END || in.peek() == '\n') {
        throw in.error(place, "this literal is not closed; add '\"'");
      }
      text.appendCodePoint(character());
    }
    in.take();
    return Expr.text(text.toString());
  }

  private Expr charClass() {
    int place = in.position();
    in.take();
    boolean negated = in.take("^");
    List<int[]> ranges = new ArrayList<>();
    while (in.peek() != ']') {
      if (in.peek() == TextCursor.END || in.peek() == '\n') {
        throw in.error(place, "this character class is not closed; add ']'");
      }
      int from = in.position();
      int first = character();
      int last = first;
      if (in.peek() == '-' && !in.startsWith("-]")) {
        in.take();
        if (in.peek() == TextCursor.END) {
          throw in.error(place, "this character class is not closed; add ']'");
        }
        last = character();
      }
      if (last < first) {
        throw in.error(from, "this range ends before it begins; swap its ends");
      }
      ranges.add(new int[] {first, last});
    }
    in.take();
    CodePoints set = CodePoints.of(ranges);
    set = negated ? set.complement() : set;
    if (set.isEmpty()) {
      throw in.error(place, "this character class has no character; put some in");
    }
    return Expr.chars(set);
  }

  /** A character of a literal or class. */
  private int character() {
    int place = in.position();
    int c = in.take();
    if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
      throw in.error(place, "half of a surrogate pair is not a character; leave it out");
    }
    if (c != '\\') {
      return c;
    }
    int escaped = in.take();
    return switch (escaped) {
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case '\\', '"', '[', ']', '-', '^' -> escaped;
      case 'x' -> in.hex(2);
      case 'u' -> in.hex(4);
      case 'U' -> in.hex(8);
      default ->
          throw in.error(
              place,
              "\\%s is no escape; they are \\n \\r \\t \\\\ \\\" \\[ \\] \\- \\^ \\xHH \\uHHHH \\UHHHHHHHH"
                  .formatted(escaped == TextCursor.END ? "" : Character.toString(escaped)));
    };
  }
}
