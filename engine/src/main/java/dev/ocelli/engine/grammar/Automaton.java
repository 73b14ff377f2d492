package dev.ocelli.engine.grammar;

import java.util.BitSet;

/**
 * A grammar as nondeterministic automata over bytes, one for each rule, that call one another.
 * Immutable once made; {@link AutomatonBuilder} makes it.
 *
 * <p>States are numbered over all rules. An edge takes a byte of a range, takes nothing, or calls a
 * rule and goes on when that rule has ended.
 */
final class Automaton {
  private static final int NONE = -1;

  private final Ints firstEdge = new Ints(); // by state
  private final Ints nextEdge = new Ints(); // by edge, as are the others
  private final Ints low = new Ints();
  private final Ints high = new Ints();
  private final Ints target = new Ints();
  private final BitSet last = new BitSet();
  private final Ints start = new Ints(); // by rule
  private final Ints end = new Ints();

  /** Marks an edge in place of its lowest byte. */
  private static final int EMPTY = -1;

  private static final int CALL = -2;

  int addState() {
    firstEdge.add(NONE);
    return firstEdge.size() - 1;
  }

  /** Adds a rule: a state in which it begins and one, without edges, in which it ends. */
  int addRule() {
    start.add(addState());
    end.add(addState());
    last.set(end(end.size() - 1));
    return end.size() - 1;
  }

  void addBytes(int from, int lowest, int highest, int to) {
    add(from, lowest, highest, to);
  }

  void addEmpty(int from, int to) {
    add(from, EMPTY, 0, to);
  }

  /** A call of a rule; {@code to} is where its caller goes on. */
  void addCall(int from, int rule, int to) {
    add(from, CALL, rule, to);
  }

  private void add(int from, int lowest, int highest, int to) {
    nextEdge.add(firstEdge.get(from));
    low.add(lowest);
    high.add(highest);
    target.add(to);
    firstEdge.set(from, low.size() - 1);
  }

  int states() {
    return firstEdge.size();
  }

  int edges() {
    return low.size();
  }

  int start(int rule) {
    return start.get(rule);
  }

  int end(int rule) {
    return end.get(rule);
  }

  /** Whether a rule ends here. Such a state has no edges. */
  boolean isEnd(int state) {
    return last.get(state);
  }

  /** Some edge of the state, or -1; {@link #next} gives the others. */
  int first(int state) {
    return firstEdge.get(state);
  }

  int next(int edge) {
    return nextEdge.get(edge);
  }

  boolean takesByte(int edge) {
    return low.get(edge) >= 0;
  }

  boolean isCall(int edge) {
    return low.get(edge) == CALL;
  }

  int lowest(int edge) {
    return low.get(edge);
  }

  int highest(int edge) {
    return high.get(edge);
  }

  int called(int edge) {
    return high.get(edge);
  }

  int target(int edge) {
    return target.get(edge);
  }
}
