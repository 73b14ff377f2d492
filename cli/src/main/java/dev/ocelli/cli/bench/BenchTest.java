package dev.ocelli.cli.bench;

import org.jspecify.annotations.Nullable;

/**
 * A test of a benchmark.
 *
 * @param prompt tokens of the prompt that are computed and measured
 * @param generate tokens that each sequence generates
 * @param depth tokens that are in the context before; computing them is not measured
 * @param parallel sequences that generate at the same time
 * @param image the picture that is encoded, or null in tests of text
 */
record BenchTest(int prompt, int generate, int depth, int parallel, @Nullable BenchSize image) {

  static BenchTest ofImage(BenchSize size) {
    return new BenchTest(0, 0, 0, 1, size);
  }

  /** Short, as llama-bench names tests. */
  String name() {
    if (image != null) {
      return "image " + image;
    }
    StringBuilder s = new StringBuilder();
    if (prompt > 0) {
      s.append("pp").append(prompt);
    }
    if (generate > 0) {
      s.append(prompt > 0 ? "+" : "").append("tg").append(generate);
    }
    if (depth > 0) {
      s.append(" @ d").append(depth);
    }
    if (parallel > 1) {
      s.append(" x ").append(parallel);
    }
    return s.toString();
  }

  /** Whether nothing but a prompt is measured. */
  boolean prefills() {
    return prompt > 0 && generate == 0;
  }

  /** Whether nothing but steps of single tokens is measured. */
  boolean decodes() {
    return generate > 0 && prompt == 0;
  }
}
