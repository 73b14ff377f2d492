package dev.ocelli.engine.sampling;

import java.util.Arrays;

/** The tokens so far, prompt and reply, oldest first. */
final class TokenHistory {
  private int[] ids = new int[256];
  private int size;

  void add(int id) {
    if (size == ids.length) {
      ids = Arrays.copyOf(ids, 2 * size);
    }
    ids[size++] = id;
  }

  int size() {
    return size;
  }

  /** The token {@code back} places before the last one, which is place 0. */
  int fromEnd(int back) {
    return ids[size - 1 - back];
  }

  /** How many tokens a window of the last n holds; -1 stands for all. */
  int window(int lastN) {
    return lastN < 0 ? size : Math.min(lastN, size);
  }
}
