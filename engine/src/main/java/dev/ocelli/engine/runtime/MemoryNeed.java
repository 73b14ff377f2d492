package dev.ocelli.engine.runtime;

import java.util.Locale;

/**
 * Memory that a model takes, part by part, in bytes.
 *
 * @param weights packed weights, and tables in float32
 * @param keysValues keys and values of all sessions, and their logits
 * @param scratch what a step of the language model works in
 * @param vision what the largest picture's encoding works in, and what encoded pictures take
 * @param decoding the largest picture's pixels and what resizing works in
 * @param program the Java virtual machine with code, vocabulary and threads
 * @param mapped of the files, what is computed with as it is; the system takes it back when it
 *     needs memory, and reads it again
 * @param caches what later requests may add at most
 * @param apart of vision, keys and values, what a first request does not take at the same time: it
 *     encodes its pictures before it computes its prompt. Later ones may
 */
public record MemoryNeed(
    long weights,
    long keysValues,
    long scratch,
    long vision,
    long decoding,
    long program,
    long mapped,
    long caches,
    long apart) {

  /** Tokens of a session that loading asks room for, or the context where that is shorter. */
  public static final int TOKENS = 4096;

  /** What cannot be taken back: all but what lies in files and what caches may add. */
  public long bytes() {
    return weights + keysValues + scratch + vision + decoding + program;
  }

  /** The most that is resident in one request that does all that was planned. */
  public long resident() {
    return bytes() + mapped - apart;
  }

  /** What loading takes from now on, where the program runs already. */
  public long toLoad() {
    return bytes() - program;
  }

  /** The parts that there are, in a line: {@code 5.1 GiB of weights, ...}. */
  String line() {
    StringBuilder out = new StringBuilder();
    part(out, weights, "weights");
    part(out, keysValues, "keys and values");
    part(out, vision + decoding, "pictures");
    part(out, scratch, "scratch");
    return out.toString();
  }

  private static void part(StringBuilder out, long bytes, String what) {
    if (bytes > 0) {
      out.append(out.isEmpty() ? "" : ", ").append(what).append(' ').append(text(bytes));
    }
  }

  /** An amount as people say it: {@code 1.50 GiB}. */
  public static String text(long bytes) {
    return bytes < 1L << 30
        ? String.format(Locale.ROOT, "%.0f MiB", bytes / 0x1p20)
        : String.format(Locale.ROOT, "%.2f GiB", bytes / 0x1p30);
  }
}
