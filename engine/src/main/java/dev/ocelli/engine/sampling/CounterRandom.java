package dev.ocelli.engine.sampling;

/**
 * Random numbers by position: number {@code n} of seed {@code s} is output {@code n} of a
 * SplitMix64 generator (Steele, Lea, Flood 2014; the mixing constants are Stafford's variant 13, as
 * in {@code java.util.SplittableRandom}) whose state starts at {@code mix(s)}.
 *
 * <p>A number depends on nothing but seed and position: not on chunks, other sequences, or how
 * often it was asked for.
 */
final class CounterRandom {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  private final long start;

  CounterRandom(long seed) {
    // Mixed once, so that neighbouring seeds are not the same stream shifted by a few positions.
    start = mix(seed);
  }

  /** A uniform number from 0 (inclusive) to 1 (exclusive), a multiple of 2^-53. */
  double unit(long position) {
    return (bits(position) >>> 11) * 0x1.0p-53;
  }

  /** 64 uniform bits. */
  long bits(long position) {
    return mix(start + (position + 1) * GOLDEN_GAMMA);
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
