package dev.ocelli.engine.runtime;

/** How long steps of a few rows take, as measured lately. Thread-safe. */
final class StepCosts {
  /** Widest step of interest. */
  static final int ROWS = 64;

  /** Share of a step's time by which a row more is taken to be slower, until it is measured. */
  private static final double ROW = 0.08;

  /** Steps after which a measurement is out of date; few measurements are sooner. */
  private static final int FRESH = 64;

  private static final int TRUSTED = 4;

  private final double[] nanos = new double[ROWS + 1];
  private final int[] count = new int[ROWS + 1];
  private final long[] noted = new long[ROWS + 1];
  private long steps;

  /** Takes note of a step. */
  synchronized void note(int rows, double measured) {
    if (rows > ROWS) {
      return;
    }
    // What takes longer than its rows one by one was disturbed, by the compiler for example.
    double took = rows > 1 && measured(1) ? Math.min(measured, rows * nanos[1]) : measured;
    boolean fresh = measured(rows);
    double known = nanos[rows];
    steps++;
    noted[rows] = steps;
    count[rows] = fresh ? Math.min(TRUSTED, count[rows] + 1) : 1;
    if (!fresh) {
      nanos[rows] = took;
    } else if (count[rows] == 2) {
      nanos[rows] = Math.min(known, took); // one of the first two is often disturbed
    } else {
      nanos[rows] = known + (Math.min(took, 3 * known) - known) / 4;
    }
  }

  /** Whether a step of so many rows was measured lately. */
  synchronized boolean measured(int rows) {
    return count[rows] > 0 && steps - noted[rows] < (long) FRESH * count[rows];
  }

  /** Whether a step of so many rows was ever measured. */
  synchronized boolean everMeasured(int rows) {
    return count[rows] > 0;
  }

  /**
   * The time of a step; never 0. Where it was not measured lately, it is guessed from other sizes
   * and from what it once was: what was dear is tried again if much is to be gained.
   */
  synchronized double of(int rows) {
    if (measured(rows)) {
      return nanos[rows];
    }
    double guess = fromOthers(rows);
    return count[rows] == 0 ? guess : (guess + nanos[rows]) / 2;
  }

  private double fromOthers(int rows) {
    int below = rows - 1;
    while (below > 0 && !measured(below)) {
      below--;
    }
    int above = rows + 1;
    while (above <= ROWS && !measured(above)) {
      above++;
    }
    boolean bounded = above <= ROWS;
    if (below > 0) {
      double guess = nanos[below] * (1 + ROW * (rows - below));
      return bounded ? Math.min(guess, Math.max(nanos[below], nanos[above])) : guess;
    }
    return bounded ? nanos[above] / (1 + ROW * (above - rows)) : 1 + ROW * rows;
  }
}
