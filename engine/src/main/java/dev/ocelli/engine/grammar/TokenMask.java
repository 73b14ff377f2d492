package dev.ocelli.engine.grammar;

import java.util.Arrays;

/** Which tokens of a vocabulary may come next. Immutable once made. */
public final class TokenMask {
  private final long[] words; // token i is bit i % 64 of word i / 64
  private final int size;

  private TokenMask(long[] words, int size) {
    this.words = words;
    this.size = size;
  }

  /** Collects the tokens of a mask. */
  static final class Builder {
    private final long[] words;
    private final int size;

    /** No tokens of so many. */
    Builder(int size) {
      this.size = size;
      this.words = new long[(size + 63) / 64];
    }

    void allow(int token) {
      words[token >> 6] |= 1L << token;
    }

    void allow(TokenMask all) {
      for (int i = 0; i < words.length; i++) {
        words[i] |= all.words[i];
      }
    }

    TokenMask build() {
      return new TokenMask(words, size);
    }
  }

  /** Tokens of the vocabulary. */
  public int size() {
    return size;
  }

  /** Whether a token may come. */
  public boolean allows(int token) {
    return (words[token >> 6] & 1L << token) != 0;
  }

  /** How many tokens may come. */
  public int count() {
    int n = 0;
    for (long w : words) {
      n += Long.bitCount(w);
    }
    return n;
  }

  /**
   * Sets the logits of all other tokens to minus infinity.
   *
   * @param logits as many as the mask has tokens
   */
  public void apply(float[] logits) {
    if (logits.length != size) {
      throw new IllegalArgumentException(logits.length + " logits for a mask of " + size);
    }
    for (int i = 0; i < words.length; i++) {
      long banned = ~words[i];
      int from = i << 6;
      int to = Math.min(size, from + 64);
      if (banned == -1L) {
        Arrays.fill(logits, from, to, Float.NEGATIVE_INFINITY);
        continue;
      }
      while (banned != 0) {
        int token = from + Long.numberOfTrailingZeros(banned);
        if (token >= to) {
          break;
        }
        logits[token] = Float.NEGATIVE_INFINITY;
        banned &= banned - 1;
      }
    }
  }

  /** Bytes of memory. */
  long bytes() {
    return 8L * words.length;
  }
}
