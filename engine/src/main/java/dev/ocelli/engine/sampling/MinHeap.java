package dev.ocelli.engine.sampling;

/** A binary heap in the first {@code size} places of an array: the smallest value is at place 0. */
final class MinHeap {
  private MinHeap() {}

  /** Makes a heap of any values. */
  static void build(long[] a, int size) {
    for (int i = size / 2 - 1; i >= 0; i--) {
      siftDown(a, i, size);
    }
  }

  /** Restores the heap after the value at place {@code i} grew. */
  static void siftDown(long[] a, int i, int size) {
    long value = a[i];
    int hole = i;
    for (int child = 2 * hole + 1; child < size; child = 2 * hole + 1) {
      if (child + 1 < size && a[child + 1] < a[child]) {
        child++;
      }
      if (a[child] >= value) {
        break;
      }
      a[hole] = a[child];
      hole = child;
    }
    a[hole] = value;
  }

  /** Restores the heap after the value at place {@code i} shrank. */
  static void siftUp(long[] a, int i) {
    long value = a[i];
    int hole = i;
    while (hole > 0) {
      int parent = (hole - 1) / 2;
      if (a[parent] <= value) {
        break;
      }
      a[hole] = a[parent];
      hole = parent;
    }
    a[hole] = value;
  }

  /** Moves the smallest value to the last place of the heap, which becomes one place shorter. */
  static void popToEnd(long[] a, int size) {
    long smallest = a[0];
    a[0] = a[size - 1];
    siftDown(a, 0, size - 1);
    a[size - 1] = smallest;
  }

  /** Sorts a heap, largest value first. */
  static void sortDescending(long[] a, int size) {
    for (int n = size; n > 1; n--) {
      popToEnd(a, n);
    }
  }
}
