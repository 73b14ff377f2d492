package dev.ocelli.cli.bench;

import dev.ocelli.engine.kernels.Operations;
import dev.ocelli.engine.runtime.Roofline;
import java.util.function.DoubleSupplier;

/**
 * What a test cannot exceed on this machine: replies the rate at which memory is read, prompts and
 * pictures that at which registers are multiplied.
 *
 * @param work operations of a run; none where they are not what limits
 * @param peak gigabytes a second for replies, else 10^9 operations a second; NaN where it is
 *     unknown
 */
record BenchLimit(Operations work, double peak) {
  static final BenchLimit UNKNOWN = new BenchLimit(Operations.NONE, Double.NaN);

  /**
   * Runs a test of replies between two measurements.
   *
   * @param test what is run
   */
  static BenchLimit memory(Roofline roofline, Runnable test) {
    return new BenchLimit(Operations.NONE, around(roofline::gigabytesPerSecond, test));
  }

  /**
   * Runs a test of a prompt or picture between two measurements.
   *
   * @param work what a run computes
   * @param test what is run
   */
  static BenchLimit arithmetic(Roofline roofline, Operations work, Runnable test) {
    return new BenchLimit(work, around(() -> roofline.gigaOperationsPerSecond(work), test));
  }

  /**
   * What a virtual machine gets may change from one second to the next: the larger of what it had
   * before and after the test.
   */
  private static double around(DoubleSupplier peak, Runnable test) {
    double before = peak.getAsDouble();
    test.run();
    return Math.max(before, peak.getAsDouble());
  }
}
