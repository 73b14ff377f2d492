package dev.ocelli.engine.grammar;

import java.util.Arrays;

/**
 * Tokens as a tree of their bytes, laid out in the order of a walk through it: a node's first child
 * stands behind it, and {@code skip} leads behind its last descendant.
 */
final class TokenTrie {
  private final byte[] label;
  private final int[] depth; // of the node: 1 for the first byte of a token
  private final int[] skip;
  private final int[] token; // a token that ends at the node, or -1
  private final int[][] more; // further tokens of the same bytes, by node; empty where none are
  private final int deepest;

  private static final int[] NONE = {};

  /** Bytes of a token in its key, behind which there is room for its number. */
  private static final int FIRST = 5;

  private static final int ID_BITS = 23;

  /**
   * @param ids tokens, none of which is empty
   * @param bytes by token
   */
  TokenTrie(int[] ids, byte[][] bytes) {
    int[] order = sorted(ids, bytes);
    int nodes = 0;
    byte[] previous = {};
    int longest = 0;
    for (int id : order) {
      nodes += bytes[id].length - common(previous, bytes[id]);
      longest = Math.max(longest, bytes[id].length);
      previous = bytes[id];
    }
    label = new byte[nodes];
    depth = new int[nodes];
    skip = new int[nodes];
    token = new int[nodes];
    more = new int[nodes][];
    deepest = longest;
    fill(order, bytes);
  }

  /** By bytes, equal ones by number. Most of it by the first bytes and the number in one value. */
  private static int[] sorted(int[] ids, byte[][] bytes) {
    long[] keys = new long[ids.length];
    for (int i = 0; i < ids.length; i++) {
      long first = 0;
      for (int k = 0; k < FIRST; k++) {
        first = first << 8 | (k < bytes[ids[i]].length ? bytes[ids[i]][k] & 0xFF : 0);
      }
      keys[i] = first << ID_BITS | ids[i];
    }
    Arrays.sort(keys);
    int[] order = new int[ids.length];
    for (int from = 0; from < keys.length; ) {
      int to = from;
      while (to < keys.length && keys[to] >>> ID_BITS == keys[from] >>> ID_BITS) {
        order[to] = (int) keys[to] & (1 << ID_BITS) - 1;
        to++;
      }
      if (to - from > 1) {
        Integer[] equal = Arrays.stream(order, from, to).boxed().toArray(Integer[]::new);
        // Stable: equal ones stay in the order of their numbers.
        Arrays.sort(equal, (a, b) -> Arrays.compareUnsigned(bytes[a], bytes[b]));
        for (int i = from; i < to; i++) {
          order[i] = equal[i - from];
        }
      }
      from = to;
    }
    return order;
  }

  private void fill(int[] order, byte[][] bytes) {
    Arrays.fill(token, -1);
    Arrays.fill(more, NONE);
    int[] path = new int[deepest + 1]; // node by depth
    int n = 0;
    byte[] previous = {};
    for (int id : order) {
      byte[] own = bytes[id];
      int common = common(previous, own);
      for (int d = common + 1; d <= previous.length; d++) {
        skip[path[d]] = n;
      }
      for (int d = common + 1; d <= own.length; d++) {
        label[n] = own[d - 1];
        depth[n] = d;
        path[d] = n++;
      }
      int node = path[own.length];
      if (token[node] < 0) {
        token[node] = id;
      } else {
        more[node] = Arrays.copyOf(more[node], more[node].length + 1);
        more[node][more[node].length - 1] = id;
      }
      previous = own;
    }
    for (int d = 1; d <= previous.length; d++) {
      skip[path[d]] = n;
    }
  }

  private static int common(byte[] a, byte[] b) {
    int mismatch = Arrays.mismatch(a, b);
    return mismatch < 0 ? a.length : mismatch;
  }

  /** Allows every token whose bytes lead from the state to another. */
  void walk(ByteState start, TokenMask.Builder into) {
    ByteState[] path = new ByteState[deepest + 1];
    path[0] = start;
    int n = label.length;
    int i = 0;
    while (i < n) {
      int d = depth[i];
      ByteState reached = path[d - 1].next(label[i] & 0xFF);
      if (reached.isDead()) {
        i = skip[i];
        continue;
      }
      path[d] = reached;
      if (token[i] >= 0) {
        into.allow(token[i]);
        for (int other : more[i]) {
          into.allow(other);
        }
      }
      i++;
    }
  }
}
