package dev.ocelli.engine.model;

import dev.ocelli.engine.chat.Prompt;

/**
 * Rotary positions of a prompt on the three axes time, height and width (QWEN3VL section 3.1). A
 * position is not a token index: a picture of {@code rows x columns} tokens advances positions by
 * {@code max(rows, columns)} only.
 *
 * @param time position of each token on the time axis
 * @param height position of each token on the height axis
 * @param width position of each token on the width axis
 * @param delta position of a generated token minus its index in the sequence, the same on all axes
 */
public record Positions(int[] time, int[] height, int[] width, int delta) {

  /** Positions of every token of a prompt. */
  public static Positions of(Prompt prompt) {
    int n = prompt.ids().length;
    int[] t = new int[n];
    int[] h = new int[n];
    int[] w = new int[n];
    int next = 0;
    int last = -1;
    int i = 0;
    for (Prompt.Visual v : prompt.visuals()) {
      for (; i < v.start(); i++, next++) {
        t[i] = h[i] = w[i] = next;
      }
      for (int r = 0; r < v.rows(); r++) {
        for (int c = 0; c < v.columns(); c++, i++) {
          t[i] = next;
          h[i] = next + r;
          w[i] = next + c;
        }
      }
      next += Math.max(v.rows(), v.columns());
      last = next - 1;
    }
    for (; i < n; i++, next++) {
      t[i] = h[i] = w[i] = next;
      last = next;
    }
    return new Positions(t, h, w, last + 1 - n);
  }
}
