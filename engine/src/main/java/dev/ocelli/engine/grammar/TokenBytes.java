package dev.ocelli.engine.grammar;

import java.util.function.IntFunction;

/**
 * The tokens of a model as bytes, arranged so that masks are made quickly. Immutable; made once for
 * a model.
 *
 * <p>Most tokens are plain text: whole characters without quotation marks, backslashes and control
 * characters. Where any such character leads to the same state, as inside of a JSON string, their
 * tokens are allowed by their length alone and only the others need a look.
 */
public final class TokenBytes {
  /** Longest plain tokens, in characters, that are allowed by their length. */
  private static final int LONGEST = 16;

  private final byte[][] bytes;
  private final TokenTrie plain;
  private final TokenTrie other;
  private final TokenMask[] plainUpTo; // by number of characters
  private final int[] stops;

  /**
   * @param size tokens of the vocabulary
   * @param bytes a token's bytes; none for a control token, which text never becomes
   * @param stops tokens that end a reply
   */
  public TokenBytes(int size, IntFunction<byte[]> bytes, int[] stops) {
    this.bytes = new byte[size][];
    this.stops = stops.clone();
    Ints plainIds = new Ints();
    Ints otherIds = new Ints();
    TokenMask.Builder[] masks = new TokenMask.Builder[LONGEST + 1];
    for (int n = 0; n <= LONGEST; n++) {
      masks[n] = new TokenMask.Builder(size);
    }
    for (int id = 0; id < size; id++) {
      byte[] own = bytes.apply(id);
      this.bytes[id] = own;
      int characters = PlainText.characters(own);
      if (characters >= 1 && characters <= LONGEST) {
        plainIds.add(id);
        masks[characters].allow(id);
      } else if (own.length > 0) {
        otherIds.add(id);
      }
    }
    plainUpTo = new TokenMask[LONGEST + 1];
    plainUpTo[0] = masks[0].build();
    for (int n = 1; n <= LONGEST; n++) {
      masks[n].allow(plainUpTo[n - 1]);
      plainUpTo[n] = masks[n].build();
    }
    plain = new TokenTrie(plainIds.toArray(), this.bytes);
    other = new TokenTrie(otherIds.toArray(), this.bytes);
  }

  int size() {
    return bytes.length;
  }

  byte[] bytes(int id) {
    return bytes[id];
  }

  boolean isStop(int id) {
    for (int stop : stops) {
      if (stop == id) {
        return true;
      }
    }
    return false;
  }

  /** The tokens that may come in a state. */
  TokenMask mask(ByteState state) {
    TokenMask.Builder mask = new TokenMask.Builder(size());
    int room = plainCharacters(state);
    if (room >= 0) {
      mask.allow(plainUpTo[room]);
    } else {
      plain.walk(state, mask);
    }
    other.walk(state, mask);
    if (state.mayEnd()) {
      for (int stop : stops) {
        mask.allow(stop);
      }
    }
    return mask.build();
  }

  /**
   * How many characters of plain text may come, at most {@link #LONGEST}; -1 where that depends on
   * the characters.
   */
  private static int plainCharacters(ByteState state) {
    ByteState at = state;
    for (int n = 0; n < LONGEST; n++) {
      ByteState next = at.afterPlain();
      if (next == null) {
        return -1;
      }
      if (next.isDead()) {
        return n;
      }
      if (next == at) {
        break;
      }
      at = next;
    }
    return LONGEST;
  }
}
