package dev.ocelli.engine.grammar;

/** Where one reply is in its grammar. Not thread-safe. */
public final class TokenMatcher {
  private final CompiledGrammar grammar;
  private ByteState state;

  TokenMatcher(CompiledGrammar grammar, ByteState state) {
    this.grammar = grammar;
    this.state = state;
  }

  /**
   * The tokens that may come next: at least one. Stop tokens are among them where the reply may
   * end.
   *
   * @throws dev.ocelli.engine.OcelliException USAGE when the grammar cannot be followed any further
   *     within its limits
   */
  public TokenMask mask() {
    return grammar.mask(state);
  }

  /**
   * Has {@link #mask} made on a thread of its own, unless it is known. Who asks for it meanwhile
   * waits for that, or makes it.
   */
  public void prepare() {
    ByteState next = state;
    if (next.mask() == null) {
      Thread.ofVirtual().name("ocelli-mask").start(() -> grammar.prepare(next));
    }
  }

  /** Takes the next token, which the mask must allow; a stop token changes nothing. */
  public void accept(int token) {
    if (grammar.isStop(token) && state.mayEnd()) {
      return;
    }
    ByteState next = grammar.after(state, token);
    if (next.isDead()) {
      throw new IllegalStateException("token " + token + " is not allowed");
    }
    state = next;
  }

  /** Whether the reply may end here. */
  public boolean mayEnd() {
    return state.mayEnd();
  }

  /** Whether the reply must end here: only stop tokens are allowed. */
  public boolean mustEnd() {
    return state.mustEnd();
  }
}
