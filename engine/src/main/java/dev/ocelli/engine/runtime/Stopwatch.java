package dev.ocelli.engine.runtime;

/** Adds up the time of each phase of a reply, in milliseconds. */
final class Stopwatch {
  double cache;
  double decodeImage;
  double preprocess;
  double encode;
  double prompt;
  double generate;

  /** Milliseconds since a {@link System#nanoTime} value. */
  static double since(long start) {
    return (System.nanoTime() - start) / 1e6;
  }

  Reply.Timings timings() {
    return new Reply.Timings(cache, decodeImage, preprocess, encode, prompt, generate);
  }
}
