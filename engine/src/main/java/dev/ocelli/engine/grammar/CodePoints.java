package dev.ocelli.engine.grammar;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A set of Unicode characters (scalar values: surrogates are never in it). Immutable. */
final class CodePoints {
  /** Every character. */
  static final CodePoints ALL = range(0, Character.MAX_CODE_POINT);

  private final int[] bounds; // first, last, first, last, ...: ascending, not adjacent

  private CodePoints(int[] bounds) {
    this.bounds = bounds;
  }

  /** The characters first to last, both included. */
  static CodePoints range(int first, int last) {
    return of(List.of(new int[] {first, last}));
  }

  /** Each character of a text. */
  static CodePoints of(String characters) {
    return of(characters.codePoints().mapToObj(c -> new int[] {c, c}).toList());
  }

  /** A union of ranges, each a pair of first and last. */
  static CodePoints of(List<int[]> ranges) {
    List<int[]> sorted = new ArrayList<>();
    for (int[] r : ranges) {
      addWithoutSurrogates(sorted, r[0], r[1]);
    }
    sorted.sort((a, b) -> Integer.compare(a[0], b[0]));
    int[] out = new int[2 * sorted.size()];
    int n = 0;
    for (int[] r : sorted) {
      if (n > 0 && r[0] <= out[n - 1] + 1) {
        out[n - 1] = Math.max(out[n - 1], r[1]);
      } else {
        out[n++] = r[0];
        out[n++] = r[1];
      }
    }
    return new CodePoints(Arrays.copyOf(out, n));
  }

  private static void addWithoutSurrogates(List<int[]> to, int first, int last) {
    if (first < Character.MIN_SURROGATE && first <= last) {
      to.add(new int[] {first, Math.min(last, Character.MIN_SURROGATE - 1)});
    }
    if (last > Character.MAX_SURROGATE && first <= last) {
      to.add(new int[] {Math.max(first, Character.MAX_SURROGATE + 1), last});
    }
  }

  /** The ranges, ascending: pairs of first and last. */
  List<int[]> ranges() {
    List<int[]> out = new ArrayList<>();
    for (int i = 0; i < bounds.length; i += 2) {
      out.add(new int[] {bounds[i], bounds[i + 1]});
    }
    return out;
  }

  CodePoints or(CodePoints other) {
    List<int[]> all = ranges();
    all.addAll(other.ranges());
    return of(all);
  }

  /** All characters that are not in the set. */
  CodePoints complement() {
    List<int[]> gaps = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < bounds.length; i += 2) {
      if (from < bounds[i]) {
        gaps.add(new int[] {from, bounds[i] - 1});
      }
      from = bounds[i + 1] + 1;
    }
    if (from <= Character.MAX_CODE_POINT) {
      gaps.add(new int[] {from, Character.MAX_CODE_POINT});
    }
    return of(gaps);
  }

  CodePoints minus(CodePoints other) {
    return complement().or(other).complement();
  }

  boolean contains(int codePoint) {
    for (int i = 0; i < bounds.length; i += 2) {
      if (codePoint <= bounds[i + 1]) {
        return codePoint >= bounds[i];
      }
    }
    return false;
  }

  boolean isEmpty() {
    return bounds.length == 0;
  }
}
