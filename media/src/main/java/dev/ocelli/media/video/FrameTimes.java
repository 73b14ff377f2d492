package dev.ocelli.media.video;

/**
 * When the frames of a clip are shown.
 *
 * @param starts when each is shown first, in seconds from the first one; rising
 * @param fps frames a second, on average
 * @param steady whether they follow each other at equal distances, but for rounding; then their
 *     times are those of a list of frames of this rate, to the bit
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
record FrameTimes(double[] starts, double fps, boolean steady) {
  /** Containers round times to milliseconds; twice that for two of them. */
  private static final double ROUNDING = 0.002;

  /**
   * Looks whether the times are those of a steady rate.
   *
   * @param fps what the container says, or 0
   * @param duration when the last frame's time is over; used where no rate is said
   */
  static FrameTimes of(double[] starts, double fps, double duration) {
    double mean = mean(starts, duration);
    if (fps > 0 && isSteady(starts, fps)) {
      return new FrameTimes(starts, fps, true);
    }
    double whole = Math.rint(mean);
    double rate = Math.abs(mean - whole) < 1e-6 * mean ? whole : mean;
    return new FrameTimes(starts, rate, isSteady(starts, rate));
  }

  private static double mean(double[] starts, double duration) {
    double last = starts[starts.length - 1];
    double fps = 1;
    if (duration > last) {
      fps = starts.length / duration;
    } else if (last > 0) {
      fps = (starts.length - 1) / last;
    }
    return Math.clamp(fps, 1e-6, 1e5);
  }

  private static boolean isSteady(double[] starts, double fps) {
    for (int i = 0; i < starts.length; i++) {
      if (Math.abs(starts[i] - i / fps) > ROUNDING) {
        return false;
      }
    }
    return true;
  }

  double seconds(int index) {
    return steady ? index / fps : starts[index];
  }
}
