package dev.ocelli.engine.tokenizer;

import java.util.Arrays;

/** A growing list of token ids. */
final class Ids {
  private int[] values = new int[64];
  private int size;

  void add(int id) {
    ensure(1);
    values[size++] = id;
  }

  void addAll(int[] ids, int count) {
    ensure(count);
    System.arraycopy(ids, 0, values, size, count);
    size += count;
  }

  int size() {
    return size;
  }

  int[] toArray() {
    return Arrays.copyOf(values, size);
  }

  private void ensure(int more) {
    if (values.length - size < more) {
      values = Arrays.copyOf(values, Math.max(Math.addExact(size, more), size + (size >> 1)));
    }
  }
}
