package dev.ocelli.engine.tokenizer;

import java.util.Arrays;
import java.util.List;

/**
 * Byte-pair encoding by merge rank: of all neighbouring pairs the one whose merge comes first in
 * the file is joined, leftmost first, until no pair has a merge.
 *
 * <p>Immutable but for a bounded cache of pieces, which may be raced for: its entries are
 * immutable.
 */
final class Bpe {
  /** Pieces up to this many bytes are merged by scanning, longer ones with a heap. */
  private static final int SHORT = 48;

  private static final int CACHE_SLOTS = 1 << 14;
  private static final int CACHED_LENGTH = 32;
  private static final int NONE = -1;
  private static final long NO_MERGE = -1L;

  @SuppressWarnings("ArrayRecordComponent") // never compared, never changed
  private record Cached(String piece, int[] ids) {}

  private final int[] byteIds = new int[256];
  // Open addressing: keys[i] is left << 32 | right, values[i] is rank << 32 | merged id.
  private final long[] keys;
  private final long[] values;
  private final int mask;
  private final Cached[] cache = new Cached[CACHE_SLOTS];

  Bpe(Vocabulary vocabulary, List<String> merges) {
    for (int b = 0; b < 256; b++) {
      byteIds[b] = ordinary(vocabulary, String.valueOf(ByteAlphabet.toChar(b)));
      if (byteIds[b] < 0) {
        throw vocabulary.bad("tokenizer.ggml.tokens has no token for the byte " + b);
      }
    }
    int capacity = Integer.highestOneBit(Math.max(16, Math.multiplyExact(merges.size(), 2))) * 2;
    mask = capacity - 1;
    keys = new long[capacity];
    values = new long[capacity];
    Arrays.fill(keys, NO_MERGE);
    for (int rank = 0; rank < merges.size(); rank++) {
      String merge = merges.get(rank);
      int space = merge.indexOf(' ');
      if (space <= 0 || space == merge.length() - 1 || merge.indexOf(' ', space + 1) >= 0) {
        throw vocabulary.bad(
            "tokenizer.ggml.merges: merge " + rank + " is not two tokens with a space between");
      }
      String left = merge.substring(0, space);
      String right = merge.substring(space + 1);
      int leftId = part(vocabulary, rank, left);
      int rightId = part(vocabulary, rank, right);
      int merged = part(vocabulary, rank, left.concat(right));
      long key = ((long) leftId << 32) | rightId;
      int slot = slot(key);
      if (keys[slot] != NO_MERGE) {
        throw vocabulary.bad(
            "tokenizer.ggml.merges: merges "
                + (values[slot] >>> 32)
                + " and "
                + rank
                + " are equal");
      }
      keys[slot] = key;
      values[slot] = ((long) rank << 32) | merged;
    }
  }

  // Merges may only use and make ordinary tokens: text must never become a control token.
  private static int ordinary(Vocabulary vocabulary, String token) {
    int id = vocabulary.id(token);
    return id >= 0 && vocabulary.type(id) == Vocabulary.Type.NORMAL ? id : NONE;
  }

  private static int part(Vocabulary vocabulary, int rank, String token) {
    int id = ordinary(vocabulary, token);
    if (id < 0) {
      throw vocabulary.bad(
          "tokenizer.ggml.merges: merge "
              + rank
              + " names or makes a token that is not an ordinary one of tokenizer.ggml.tokens");
    }
    return id;
  }

  private int slot(long key) {
    long h = key * 0x9E3779B97F4A7C15L;
    int i = (int) (h >>> 40) & mask;
    while (keys[i] != NO_MERGE && keys[i] != key) {
      i = (i + 1) & mask;
    }
    return i;
  }

  /** {@code rank << 32 | merged id}, or {@link #NO_MERGE}. */
  private long merge(int left, int right) {
    int slot = slot(((long) left << 32) | right);
    return keys[slot] == NO_MERGE ? NO_MERGE : values[slot];
  }

  /** Reusable arrays of one call of the tokenizer. */
  static final class Scratch {
    private int[] symbols = new int[4 * CACHED_LENGTH];
    private final long[] merges = new long[SHORT];
  }

  /** Appends the ids of {@code text[start, end)}, one piece without lone surrogates. */
  void encode(String text, int start, int end, Scratch scratch, Ids out) {
    int length = end - start;
    if (length == 1 && text.charAt(start) < 0x80) {
      out.add(byteIds[text.charAt(start)]);
      return;
    }
    if (length > CACHED_LENGTH) {
      int n = bytesOf(text, start, end, scratch);
      n = merge(scratch, n);
      out.addAll(scratch.symbols, n);
      return;
    }
    int h = 0;
    for (int i = start; i < end; i++) {
      h = 31 * h + text.charAt(i);
    }
    int slot = (h ^ (h >>> 14)) & (CACHE_SLOTS - 1);
    Cached hit = cache[slot];
    if (hit == null || hit.piece.length() != length || !text.startsWith(hit.piece, start)) {
      int n = merge(scratch, bytesOf(text, start, end, scratch));
      hit = new Cached(text.substring(start, end), Arrays.copyOf(scratch.symbols, n));
      cache[slot] = hit;
    }
    out.addAll(hit.ids, hit.ids.length);
  }

  /** Puts one byte token per UTF-8 byte into the scratch symbols. */
  private int bytesOf(String text, int start, int end, Scratch scratch) {
    int[] symbols = scratch.symbols;
    int n = 0;
    for (int i = start; i < end; i++) {
      int c = text.charAt(i);
      if (symbols.length - n < 4) {
        symbols = Arrays.copyOf(symbols, symbols.length + (symbols.length >> 1));
        scratch.symbols = symbols;
      }
      if (c < 0x80) {
        symbols[n++] = byteIds[c];
      } else if (c < 0x800) {
        symbols[n++] = byteIds[0xC0 | (c >> 6)];
        symbols[n++] = byteIds[0x80 | (c & 0x3F)];
      } else if (!Character.isSurrogate((char) c)) {
        symbols[n++] = byteIds[0xE0 | (c >> 12)];
        symbols[n++] = byteIds[0x80 | ((c >> 6) & 0x3F)];
        symbols[n++] = byteIds[0x80 | (c & 0x3F)];
      } else {
        c = text.codePointAt(i++);
        symbols[n++] = byteIds[0xF0 | (c >> 18)];
        symbols[n++] = byteIds[0x80 | ((c >> 12) & 0x3F)];
        symbols[n++] = byteIds[0x80 | ((c >> 6) & 0x3F)];
        symbols[n++] = byteIds[0x80 | (c & 0x3F)];
      }
    }
    return n;
  }

  private int merge(Scratch scratch, int n) {
    return n <= SHORT ? mergeShort(scratch, n) : mergeLong(scratch, n);
  }

  /** Quadratic, but without overhead: fastest for words. Returns the new number of symbols. */
  private int mergeShort(Scratch scratch, int count) {
    int[] symbols = scratch.symbols;
    long[] merges = scratch.merges;
    int n = count;
    for (int i = 0; i + 1 < n; i++) {
      merges[i] = merge(symbols[i], symbols[i + 1]);
    }
    while (true) {
      int best = NONE;
      long least = Long.MAX_VALUE;
      for (int i = 0; i + 1 < n; i++) {
        if (merges[i] != NO_MERGE && merges[i] < least) {
          least = merges[i];
          best = i;
        }
      }
      if (best < 0) {
        return n;
      }
      symbols[best] = (int) least;
      System.arraycopy(symbols, best + 2, symbols, best + 1, n - best - 2);
      if (n - best - 3 > 0) {
        System.arraycopy(merges, best + 2, merges, best + 1, n - best - 3);
      }
      n--;
      if (best > 0) {
        merges[best - 1] = merge(symbols[best - 1], symbols[best]);
      }
      if (best + 1 < n) {
        merges[best] = merge(symbols[best], symbols[best + 1]);
      }
    }
  }

  /**
   * O(n log n) for pieces of any length: a linked list of symbols and a heap of {@code rank << 32 |
   * position}. An entry whose pair has changed since is recognised by its rank, as a rank belongs
   * to one pair.
   */
  private int mergeLong(Scratch scratch, int n) {
    int[] symbols = scratch.symbols;
    int[] next = new int[n];
    int[] previous = new int[n];
    MergeHeap heap = new MergeHeap(n);
    for (int i = 0; i < n; i++) {
      previous[i] = i - 1;
      next[i] = i + 1 < n ? i + 1 : NONE;
      if (i + 1 < n) {
        push(heap, i, symbols[i], symbols[i + 1]);
      }
    }
    while (!heap.isEmpty()) {
      long entry = heap.pop();
      int at = (int) entry;
      int right = symbols[at] < 0 ? NONE : next[at];
      if (right < 0) {
        continue;
      }
      long merge = merge(symbols[at], symbols[right]);
      if (merge == NO_MERGE || merge >>> 32 != entry >>> 32) {
        continue;
      }
      symbols[at] = (int) merge;
      symbols[right] = NONE;
      next[at] = next[right];
      if (next[at] >= 0) {
        previous[next[at]] = at;
        push(heap, at, symbols[at], symbols[next[at]]);
      }
      if (previous[at] >= 0) {
        push(heap, previous[at], symbols[previous[at]], symbols[at]);
      }
    }
    int kept = 0;
    for (int i = 0; i >= 0 && i < n; i = next[i]) {
      symbols[kept++] = symbols[i];
    }
    return kept;
  }

  private void push(MergeHeap heap, int at, int left, int right) {
    long merge = merge(left, right);
    if (merge != NO_MERGE) {
      heap.push(((merge >>> 32) << 32) | at);
    }
  }

  /** A binary heap of longs, least first. */
  private static final class MergeHeap {
    private long[] entries;
    private int size;

    MergeHeap(int expected) {
      entries = new long[Math.max(16, expected)];
    }

    boolean isEmpty() {
      return size == 0;
    }

    void push(long entry) {
      if (size == entries.length) {
        entries = Arrays.copyOf(entries, size + (size >> 1));
      }
      int i = size++;
      while (i > 0) {
        int parent = (i - 1) >> 1;
        if (entries[parent] <= entry) {
          break;
        }
        entries[i] = entries[parent];
        i = parent;
      }
      entries[i] = entry;
    }

    long pop() {
      long top = entries[0];
      long last = entries[--size];
      int i = 0;
      while (2 * i + 1 < size) {
        int child = 2 * i + 1;
        if (child + 1 < size && entries[child + 1] < entries[child]) {
          child++;
        }
        if (entries[child] >= last) {
          break;
        }
        entries[i] = entries[child];
        i = child;
      }
      entries[i] = last;
      return top;
    }
  }
}
