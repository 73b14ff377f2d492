package dev.ocelli.engine.chat.jinja;

/**
 * What one rendering may use, so that no template can hang the program or fill its memory.
 *
 * <p>One unit is one step of evaluation, one character or an eighth of a list element produced.
 */
final class Budget {
  private static final long BASE = 50_000_000;
  private static final long PER_CHARACTER = 200;
  private static final int MAX_DEPTH = 500;

  private final long limit;
  private long used;
  private int depth;

  /** A budget for data of so many characters. */
  Budget(long characters) {
    limit = BASE + PER_CHARACTER * characters;
  }

  void spend(long units) {
    used += units;
    if (used > limit || used < 0) {
      throw new Fault("the template does too much work for a prompt; it is refused");
    }
  }

  /** Pays for a list of so many elements. */
  void spendItems(long count) {
    spend(Math.multiplyExact(Math.max(count, 0), 8));
  }

  void enter() {
    if (++depth > MAX_DEPTH) {
      throw new Fault("macros, blocks or values are nested more than " + MAX_DEPTH + " deep");
    }
    spend(1);
  }

  void leave() {
    depth--;
  }
}
