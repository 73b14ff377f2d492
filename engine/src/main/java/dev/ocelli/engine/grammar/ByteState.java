package dev.ocelli.engine.grammar;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A state of the deterministic automaton that is made of a grammar's automaton as far as it is
 * needed: the places at which a text may be in the grammar, each with the calls it is in.
 *
 * <p>Used under the lock of the {@link CompiledGrammar} that it belongs to; its mask may be read
 * without.
 */
final class ByteState {
  /** From here nothing leads to the end of the grammar. */
  static final ByteState DEAD = new ByteState();

  /**
   * A call that has not ended.
   *
   * @param state where its caller goes on
   * @param outer the call that the caller is in, or null
   */
  record Call(int state, @Nullable Call outer, int depth) {
    @Override
    public boolean equals(@Nullable Object o) {
      // Outer calls are interned.
      return o instanceof Call c && c.state == state && c.outer == outer;
    }

    @Override
    public int hashCode() {
      return 31 * state + System.identityHashCode(outer);
    }
  }

  /** A place: a state of the grammar's automaton with edges that take bytes, and its calls. */
  record Place(int state, @Nullable Call call) {
    @Override
    public boolean equals(@Nullable Object o) {
      return o instanceof Place p && p.state == state && p.call == call;
    }

    @Override
    public int hashCode() {
      return 31 * state + System.identityHashCode(call);
    }
  }

  private final @Nullable CompiledGrammar grammar;
  private final List<Place> places;
  private final boolean mayEnd;
  private ByteState @Nullable [] next; // by byte
  private volatile @Nullable TokenMask mask;
  private @Nullable ByteState afterPlain;
  private boolean plainKnown;

  private ByteState() {
    this.grammar = null;
    this.places = List.of();
    this.mayEnd = false;
  }

  ByteState(CompiledGrammar grammar, List<Place> places, boolean mayEnd) {
    this.grammar = grammar;
    this.places = places;
    this.mayEnd = mayEnd;
  }

  boolean isDead() {
    return this == DEAD;
  }

  List<Place> places() {
    return places;
  }

  /** Whether a text may end here. */
  boolean mayEnd() {
    return mayEnd;
  }

  /** Whether a text must end here. */
  boolean mustEnd() {
    return mayEnd && places.isEmpty();
  }

  /** Where a byte leads, {@link #DEAD} if nowhere. */
  ByteState next(int b) {
    if (grammar == null) {
      return this; // dead
    }
    ByteState[] table = next;
    if (table == null) {
      table = grammar.successors(this);
      next = table;
    }
    return table[b];
  }

  /** Where every character of {@link PlainText} leads, or null where they lead to several. */
  @Nullable ByteState afterPlain() {
    if (!plainKnown) {
      afterPlain = PlainText.after(this);
      plainKnown = true;
    }
    return afterPlain;
  }

  @Nullable TokenMask mask() {
    return mask;
  }

  void mask(TokenMask made) {
    mask = made;
  }

  /** Forgets what can be made again. */
  void forget() {
    next = null;
    mask = null;
    afterPlain = null;
    plainKnown = false;
  }
}
