package dev.ocelli.engine.grammar;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How JSON is written. Between its signs there may be a space, or a line end and up to {@value
 * #INDENT} spaces or tabs: enough for every usual layout, and no room to write spaces for ever.
 */
final class JsonText {
  private static final int INDENT = 20;

  static final String SPACE = "json space";
  static final String CHARACTER = "json character";
  static final String STRING = "json string";
  static final String OBJECT = "json object";
  static final String VALUE = "json value";
  private static final String ARRAY = "json array";
  private static final String KEY = "json key";

  static final Expr COMMA = Expr.sequence(Expr.text(","), Expr.rule(SPACE));
  static final Expr COLON = Expr.sequence(Expr.text(":"), Expr.rule(SPACE));
  static final Expr BOOLEAN = Expr.choice(Expr.text("true"), Expr.text("false"));
  static final Expr NULL = Expr.text("null");

  private static final Expr QUOTE = Expr.text("\"");
  private static final Map<Integer, String> SHORT_ESCAPES =
      Map.of(
          (int) '"', "\\\"",
          (int) '\\', "\\\\",
          (int) '\b', "\\b",
          (int) '\f', "\\f",
          (int) '\n', "\\n",
          (int) '\r', "\\r",
          (int) '\t', "\\t");

  private JsonText() {}

  /** The rules of values of any shape. */
  static Map<String, Expr> rules() {
    Map<String, Expr> r = new LinkedHashMap<>();
    Expr indent = Expr.repeat(Expr.chars(CodePoints.of(" \t")), 0, INDENT);
    r.put(SPACE, Expr.choice(Expr.EMPTY, Expr.text(" "), Expr.sequence(Expr.text("\n"), indent)));
    r.put(CHARACTER, character());
    r.put(STRING, string(Expr.many(Expr.rule(CHARACTER))));
    Expr member = Expr.sequence(Expr.rule(STRING), COLON, Expr.rule(VALUE));
    r.put(OBJECT, object(list(member, 0, Expr.Repeat.UNLIMITED)));
    r.put(ARRAY, array(list(Expr.rule(VALUE), 0, Expr.Repeat.UNLIMITED)));
    r.put(KEY, string(Expr.many(Expr.chars(PlainText.CHARACTERS))));
    r.put(
        VALUE,
        Expr.choice(
            Expr.rule(STRING),
            NumberRanges.ANY,
            Expr.rule(OBJECT),
            Expr.rule(ARRAY),
            BOOLEAN,
            NULL));
    return r;
  }

  private static Expr character() {
    Expr hex = Expr.chars(CodePoints.of("0123456789abcdefABCDEF"));
    Expr d = Expr.chars(CodePoints.of("dD"));
    Expr two = Expr.sequence(hex, hex);
    return Expr.choice(
        Expr.chars(PlainText.CHARACTERS),
        Expr.sequence(Expr.text("\\"), Expr.chars(CodePoints.of("\"\\/bfnrt"))),
        Expr.sequence(
            Expr.text("\\u"),
            Expr.choice(
                Expr.sequence(Expr.chars(CodePoints.of("0123456789abcefABCEF")), hex, two),
                Expr.sequence(d, Expr.chars(CodePoints.range('0', '7')), two),
                Expr.sequence(
                    d,
                    Expr.chars(CodePoints.of("89abAB")),
                    two,
                    Expr.text("\\u"),
                    d,
                    Expr.chars(CodePoints.of("cdefCDEF")),
                    two))));
  }

  static Expr string(Expr characters) {
    return Expr.sequence(QUOTE, characters, QUOTE);
  }

  static Expr object(Expr members) {
    return Expr.sequence(
        Expr.text("{"), Expr.rule(SPACE), members, Expr.rule(SPACE), Expr.text("}"));
  }

  static Expr array(Expr elements) {
    return Expr.sequence(
        Expr.text("["), Expr.rule(SPACE), elements, Expr.rule(SPACE), Expr.text("]"));
  }

  /** So many elements with commas between. */
  static Expr list(Expr element, int min, int max) {
    if (max == 0) {
      return Expr.EMPTY;
    }
    int more = max == Expr.Repeat.UNLIMITED ? max : max - 1;
    Expr some =
        Expr.sequence(
            element, Expr.repeat(Expr.sequence(COMMA, element), Math.max(0, min - 1), more));
    return min == 0 ? Expr.optional(some) : some;
  }

  /** One of several characters inside of a string, escaped where it must be. */
  static Expr written(CodePoints set) {
    List<Expr> options = new ArrayList<>();
    CodePoints plain = PlainText.CHARACTERS.complement().or(set.complement()).complement();
    if (!plain.isEmpty()) {
      options.add(Expr.chars(plain));
    }
    SHORT_ESCAPES.keySet().stream()
        .sorted()
        .filter(set::contains)
        .forEach(c -> options.add(Expr.text(SHORT_ESCAPES.getOrDefault(c, ""))));
    // Control characters without a short escape are hardly ever meant by a class that has others.
    for (int c = 0; c <= 0x7F && options.isEmpty(); c++) {
      if (set.contains(c)) {
        options.add(Expr.text("\\u%04x".formatted(c)));
      }
    }
    return options.size() == 1 ? options.getFirst() : new Expr.Choice(options);
  }

  /** A key, written without escapes, that is none of these. */
  static Expr keyOtherThan(Set<String> names) {
    List<String> plain =
        names.stream()
            .filter(n -> n.codePoints().allMatch(PlainText.CHARACTERS::contains))
            .sorted()
            .toList();
    return plain.isEmpty() ? Expr.rule(KEY) : string(otherThan(plain, 0));
  }

  /** What may follow a common beginning of the names, {@code at} characters long. */
  private static Expr otherThan(List<String> names, int at) {
    List<Expr> options = new ArrayList<>();
    Map<Integer, List<String>> byNext = new LinkedHashMap<>();
    boolean isName = false;
    for (String name : names) {
      if (name.length() == at) {
        isName = true;
      } else {
        byNext.computeIfAbsent(name.codePointAt(at), c -> new ArrayList<>()).add(name);
      }
    }
    if (!isName) {
      options.add(Expr.EMPTY);
    }
    List<int[]> next = new ArrayList<>();
    byNext.forEach((c, with) -> {
      next.add(new int[] {c, c});
      options.add(
          Expr.sequence(
              Expr.text(Character.toString(c)), otherThan(with, at + Character.charCount(c))));
    });
    options.add(
        Expr.sequence(
            Expr.chars(PlainText.CHARACTERS.minus(CodePoints.of(next))),
            Expr.many(Expr.chars(PlainText.CHARACTERS))));
    return new Expr.Choice(options);
  }
}
