package dev.ocelli.engine.grammar;

import dev.ocelli.engine.OcelliException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Makes the automaton of a grammar, or says why the grammar cannot be used. */
final class AutomatonBuilder {
  /** States and edges of the largest automaton. */
  static final int MOST = 1 << 18;

  /** Deepest nesting of patterns; parsers allow less. */
  private static final int DEEPEST = 1000;

  /** A repeated body with more edges than this becomes a rule of its own, which is called. */
  private static final int SMALL = 4;

  private final Grammar grammar;
  private final Automaton automaton = new Automaton();
  private final Map<String, Integer> ruleOf = new HashMap<>();
  private final Deque<String> todo = new ArrayDeque<>();
  private int depth;

  private AutomatonBuilder(Grammar grammar) {
    this.grammar = grammar;
  }

  /**
   * The automaton; its rule 0 is the root.
   *
   * @throws OcelliException USAGE when a rule is missing, calls itself before it has taken a
   *     character, or can never end, or the automaton becomes too large
   */
  static Automaton build(Grammar grammar) {
    GrammarCheck.check(grammar);
    return new AutomatonBuilder(grammar).build();
  }

  private Automaton build() {
    rule(grammar.root());
    while (!todo.isEmpty()) {
      String name = todo.remove();
      int r = ruleOf.getOrDefault(name, -1);
      Expr body = grammar.rules().get(name);
      if (body == null) {
        throw new IllegalStateException("unchecked rule " + name);
      }
      add(body, automaton.start(r), automaton.end(r));
    }
    return automaton;
  }

  private int rule(String name) {
    Integer known = ruleOf.get(name);
    if (known != null) {
      return known;
    }
    int r = automaton.addRule();
    ruleOf.put(name, r);
    todo.add(name);
    return r;
  }

  /**
   * Adds edges so that the pattern leads from one state to another. None of them leads to {@code
   * from} unless that is {@code to}.
   */
  private void add(Expr e, int from, int to) {
    limit();
    depth++;
    switch (e) {
      case Expr.Text t -> text(t.text(), from, to);
      case Expr.Chars c -> chars(c.set(), from, to);
      case Expr.Sequence s -> sequence(s.parts(), from, to);
      case Expr.Choice c -> c.options().forEach(option -> add(option, from, to));
      case Expr.Repeat r -> repeat(r, from, to);
      case Expr.Rule r -> automaton.addCall(from, rule(r.name()), to);
      case Expr.Without w -> without(w.mark(), from, to);
    }
    depth--;
  }

  private void limit() {
    if (automaton.states() + automaton.edges() > MOST || depth > DEEPEST) {
      throw new OcelliException(
          OcelliException.Kind.USAGE,
          "the constraint is too large: it needs more than %d states; use smaller or unlimited repetitions ('*' or {m,}) and shorter lists"
              .formatted(MOST));
    }
  }

  private void text(String text, int from, int to) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length == 0) {
      automaton.addEmpty(from, to);
      return;
    }
    int at = from;
    for (int i = 0; i < bytes.length; i++) {
      int next = i == bytes.length - 1 ? to : automaton.addState();
      automaton.addBytes(at, bytes[i] & 0xFF, bytes[i] & 0xFF, next);
      at = next;
      limit();
    }
  }

  private void sequence(List<Expr> parts, int from, int to) {
    if (parts.isEmpty()) {
      automaton.addEmpty(from, to);
      return;
    }
    int at = from;
    for (int i = 0; i < parts.size(); i++) {
      int next = i == parts.size() - 1 ? to : automaton.addState();
      add(parts.get(i), at, next);
      at = next;
    }
  }

  private void repeat(Expr.Repeat r, int from, int to) {
    boolean unlimited = r.max() == Expr.Repeat.UNLIMITED;
    if (r.max() == 0) {
      automaton.addEmpty(from, to);
      return;
    }
    Body body = new Body(r);
    int at = from;
    for (int i = 0; i < r.min(); i++) {
      boolean end = i == r.min() - 1 && r.max() == r.min();
      int next = end ? to : automaton.addState();
      body.add(at, next);
      at = next;
    }
    if (unlimited) {
      int loop = automaton.addState();
      automaton.addEmpty(at, loop);
      add(r.body(), loop, loop);
      automaton.addEmpty(loop, to);
      return;
    }
    for (int i = r.min(); i < r.max(); i++) {
      automaton.addEmpty(at, to);
      int next = i == r.max() - 1 ? to : automaton.addState();
      body.add(at, next);
      at = next;
    }
  }

  /** What is repeated: called where its copies would be large. */
  private final class Body {
    private final Expr expr;
    private final int called;

    Body(Expr.Repeat r) {
      expr = r.body();
      if (Math.max(r.min(), r.max()) == 1 || small(expr)) {
        called = -1;
      } else {
        called = automaton.addRule();
        AutomatonBuilder.this.add(expr, automaton.start(called), automaton.end(called));
      }
    }

    void add(int from, int to) {
      limit();
      if (called < 0) {
        AutomatonBuilder.this.add(expr, from, to);
      } else {
        automaton.addCall(from, called, to);
      }
    }
  }

  private static boolean small(Expr e) {
    return switch (e) {
      case Expr.Text t -> t.text().length() <= SMALL;
      case Expr.Chars c -> c.set().ranges().size() <= SMALL && c.set().ranges().getLast()[1] < 0x80;
      case Expr.Rule r -> true;
      default -> false;
    };
  }

  private void chars(CodePoints set, int from, int to) {
    Map<List<Integer>, Integer> tails = new HashMap<>();
    for (int[] range : set.ranges()) {
      Utf8Ranges.split(
          range[0], range[1], (low, high) -> bytes(low, high, 0, new Ends(from, to), tails));
      limit();
    }
  }

  private record Ends(int from, int to) {}

  /** A sequence of byte ranges; equal ends of sequences share their states. */
  private void bytes(int[] low, int[] high, int i, Ends ends, Map<List<Integer>, Integer> tails) {
    int next = i == low.length - 1 ? ends.to : tail(low, high, i + 1, ends.to, tails);
    automaton.addBytes(ends.from, low[i], high[i], next);
  }

  private int tail(int[] low, int[] high, int i, int to, Map<List<Integer>, Integer> tails) {
    List<Integer> key = new ArrayList<>();
    for (int k = i; k < low.length; k++) {
      key.add(low[k] << 8 | high[k]);
    }
    Integer known = tails.get(key);
    if (known != null) {
      return known;
    }
    int state = automaton.addState();
    tails.put(key, state);
    bytes(low, high, i, new Ends(state, to), tails);
    return state;
  }

  /**
   * Knuth, Morris, Pratt for a mark of ASCII: a state for each beginning of the mark that the text
   * may end with.
   */
  private void without(String mark, int from, int to) {
    int n = mark.length();
    int[] states = new int[n];
    for (int i = 0; i < n; i++) {
      states[i] = automaton.addState();
      automaton.addEmpty(states[i], to);
    }
    automaton.addEmpty(from, states[0]);
    TreeSet<Character> characters = new TreeSet<>();
    for (char c : mark.toCharArray()) {
      characters.add(c);
    }
    CodePoints other = CodePoints.of(mark).complement();
    for (int i = 0; i < n; i++) {
      for (char c : characters) {
        int reached = longestBeginning(mark, mark.substring(0, i) + c);
        if (reached < n) {
          automaton.addBytes(states[i], c, c, states[reached]);
        }
      }
      chars(other, states[i], states[0]);
    }
  }

  /** Length of the longest beginning of the mark with which the text ends. */
  private static int longestBeginning(String mark, String text) {
    for (int n = Math.min(mark.length(), text.length()); n > 0; n--) {
      if (text.endsWith(mark.substring(0, n))) {
        return n;
      }
    }
    return 0;
  }
}
