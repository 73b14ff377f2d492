package dev.ocelli.engine.grammar;

import dev.ocelli.engine.OcelliException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A grammar ready to constrain replies of a model. What has been computed for one reply serves the
 * next. Thread-safe: replies may share it.
 *
 * <p>Memory is bounded: when too many states or masks have been made, all are forgotten and made
 * again as they are needed. Calls nest at most {@link #DEEPEST} deep, and at most {@link
 * #MOST_PLACES} ways through the grammar are followed at once; what would need more is not allowed.
 */
public final class CompiledGrammar {
  /** Calls within calls: over a hundred levels of JSON. */
  static final int DEEPEST = 400;

  /** Ways through the grammar that the same text may take at once. */
  static final int MOST_PLACES = 1024;

  /** Each state has a table of 256 references, about 1 KiB. */
  private static final int MOST_STATES = 1 << 13;

  /** Places looked at for one mask; sensible grammars need thousands. */
  private static final long MOST_WORK = 1 << 23;

  private static final long MOST_MASK_BYTES = 16L << 20;

  /** A state is known by its places; an order would only make equal sets differ. */
  private record Key(Set<ByteState.Place> places, boolean mayEnd) {}

  private final Automaton automaton;
  private final TokenBytes tokens;
  private final Map<Key, ByteState> states = new HashMap<>();
  private final Map<ByteState.Call, ByteState.Call> calls = new HashMap<>();
  private final ByteState start;
  private long maskBytes;
  private long work;
  private boolean limited;

  private CompiledGrammar(Automaton automaton, TokenBytes tokens) {
    this.automaton = automaton;
    this.tokens = tokens;
    this.start = closure(List.of(new ByteState.Place(automaton.start(0), null)));
  }

  /**
   * Compiles a grammar.
   *
   * @throws OcelliException USAGE when it cannot be used: a rule is missing, left-recursive or can
   *     never end, or it is too large
   */
  public static CompiledGrammar of(Grammar grammar, TokenBytes tokens) {
    return new CompiledGrammar(AutomatonBuilder.build(grammar), tokens);
  }

  /** Begins a reply. */
  public TokenMatcher matcher() {
    return new TokenMatcher(this, start);
  }

  /** The tokens that may come next; at least one. */
  synchronized TokenMask mask(ByteState state) {
    TokenMask known = state.mask();
    if (known != null) {
      return known;
    }
    if (maskBytes > MOST_MASK_BYTES) {
      forget();
    }
    work = 0;
    TokenMask mask = tokens.mask(state);
    if (mask.count() == 0) {
      throw new OcelliException(
          OcelliException.Kind.USAGE,
          limited
              ? "the constraint cannot be followed any further: it nests deeper than %d rules, or more than %d ways through it fit the same text; make it simpler or less ambiguous"
                  .formatted(DEEPEST, MOST_PLACES)
              : "the constraint cannot be followed any further: no token of the model fits what must come next; allow other characters there");
    }
    state.mask(mask);
    maskBytes += mask.bytes();
    return mask;
  }

  /** Makes a mask for whoever will ask for it, who meets the error if there is one. */
  void prepare(ByteState state) {
    try {
      mask(state);
    } catch (OcelliException e) {
      // A state without a mask stays so.
    }
  }

  private void forget() {
    states.values().forEach(ByteState::forget);
    states.clear();
    calls.clear();
    maskBytes = 0;
    start.forget();
  }

  /** Where a token leads, {@link ByteState#DEAD} if nowhere. */
  synchronized ByteState after(ByteState from, int token) {
    work = 0;
    ByteState at = from;
    byte[] bytes = tokens.bytes(token);
    if (bytes.length == 0) {
      return ByteState.DEAD;
    }
    for (int i = 0; i < bytes.length && !at.isDead(); i++) {
      at = at.next(bytes[i] & 0xFF);
    }
    return at;
  }

  boolean isStop(int token) {
    return tokens.isStop(token);
  }

  /** The table of a state: where each byte leads. */
  ByteState[] successors(ByteState from) {
    ByteState[] table = new ByteState[256];
    Arrays.fill(table, ByteState.DEAD);
    // Bytes between two neighbouring bounds of edges lead to the same state.
    boolean[] bound = new boolean[257];
    for (ByteState.Place p : from.places()) {
      for (int e = automaton.first(p.state()); e >= 0; e = automaton.next(e)) {
        if (automaton.takesByte(e)) {
          bound[automaton.lowest(e)] = true;
          bound[automaton.highest(e) + 1] = true;
        }
      }
    }
    ByteState current = ByteState.DEAD;
    for (int b = 0; b < 256; b++) {
      if (bound[b]) {
        current = successor(from, b);
      }
      table[b] = current;
    }
    return table;
  }

  private ByteState successor(ByteState from, int b) {
    List<ByteState.Place> reached = new ArrayList<>();
    for (ByteState.Place p : from.places()) {
      for (int e = automaton.first(p.state()); e >= 0; e = automaton.next(e)) {
        if (automaton.takesByte(e) && automaton.lowest(e) <= b && b <= automaton.highest(e)) {
          reached.add(new ByteState.Place(automaton.target(e), p.call()));
        }
      }
    }
    return reached.isEmpty() ? ByteState.DEAD : closure(reached);
  }

  /** The state of all places that are reached from these without a byte. */
  private ByteState closure(List<ByteState.Place> from) {
    Set<ByteState.Place> seen = new HashSet<>(from);
    Deque<ByteState.Place> open = new ArrayDeque<>(from);
    Set<ByteState.Place> places = new HashSet<>();
    boolean mayEnd = false;
    while (!open.isEmpty()) {
      ByteState.Place p = open.remove();
      ByteState.Call call = p.call();
      if (automaton.isEnd(p.state())) {
        if (call == null) {
          mayEnd = true;
        } else {
          follow(new ByteState.Place(call.state(), call.outer()), seen, open);
        }
        continue;
      }
      for (int e = automaton.first(p.state()); e >= 0; e = automaton.next(e)) {
        if (automaton.takesByte(e)) {
          places.add(p);
        } else if (automaton.isCall(e)) {
          call(automaton.called(e), automaton.target(e), call, seen, open);
        } else {
          follow(new ByteState.Place(automaton.target(e), call), seen, open);
        }
      }
      if (seen.size() > 16 * MOST_PLACES || places.size() > MOST_PLACES) {
        limited = true;
        return ByteState.DEAD;
      }
    }
    work += seen.size();
    if (work > MOST_WORK) {
      throw new OcelliException(
          OcelliException.Kind.USAGE,
          "the constraint is too ambiguous: too many ways through it fit the same text; write alternatives so that their first characters tell them apart");
    }
    // Without places and end: every way was too deep.
    return places.isEmpty() && !mayEnd ? ByteState.DEAD : state(places, mayEnd);
  }

  private static void follow(
      ByteState.Place p, Set<ByteState.Place> seen, Deque<ByteState.Place> open) {
    if (seen.add(p)) {
      open.add(p);
    }
  }

  private void call(
      int rule,
      int then,
      ByteState.@Nullable Call outer,
      Set<ByteState.Place> seen,
      Deque<ByteState.Place> open) {
    // A call with which its caller ends need not come back to it.
    ByteState.Call inner = outer;
    if (!automaton.isEnd(then)) {
      int depth = outer == null ? 1 : outer.depth() + 1;
      if (depth > DEEPEST) {
        limited = true;
        return;
      }
      ByteState.Call made = new ByteState.Call(then, outer, depth);
      ByteState.Call known = calls.putIfAbsent(made, made);
      inner = known == null ? made : known;
    }
    follow(new ByteState.Place(automaton.start(rule), inner), seen, open);
  }

  private ByteState state(Set<ByteState.Place> places, boolean mayEnd) {
    Key key = new Key(places, mayEnd);
    ByteState known = states.get(key);
    if (known == null) {
      if (states.size() >= MOST_STATES) {
        forget(); // who holds a state goes on with it
      }
      List<ByteState.Place> list = new ArrayList<>(places);
      list.sort(Comparator.comparingInt(ByteState.Place::state));
      known = new ByteState(this, list, mayEnd);
      states.put(key, known);
    }
    return known;
  }
}
