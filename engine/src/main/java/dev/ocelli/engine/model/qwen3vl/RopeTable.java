package dev.ocelli.engine.model.qwen3vl;

import dev.ocelli.engine.model.qwen3vl.Qwen3VlConfig.Rope;
import dev.ocelli.engine.model.qwen3vl.Qwen3VlConfig.Yarn;
import dev.ocelli.engine.tensor.Floats;

/**
 * Frequencies of interleaved M-RoPE and the cosines and sines of token positions (QWEN3VL sections
 * 3.2 and 3.3).
 *
 * <p>Angles are float32 products of position and frequency, as in the reference: at positions of
 * 10^5 and more the rounding of the angle is part of what the model was trained with.
 */
final class RopeTable {
  private final float[] inverseFrequency;
  private final int[] axis;
  private final double scale;

  RopeTable(Rope rope, int headDim) {
    int half = headDim / 2;
    axis = axes(rope.sections(), half);
    Yarn yarn = rope.yarn();
    inverseFrequency =
        yarn == null ? plain(rope.theta(), headDim) : scaled(rope.theta(), yarn, headDim);
    scale = yarn == null ? 1 : yarn.attentionFactor();
  }

  /** The axis (0 time, 1 height, 2 width) of each frequency. */
  static int[] axes(int[] sections, int half) {
    int[] axis = new int[half];
    for (int i = 0; i < half; i++) {
      int a = i % 3;
      axis[i] = a != 0 && i < 3 * sections[a] ? a : 0;
    }
    return axis;
  }

  float[] inverseFrequency() {
    return inverseFrequency.clone();
  }

  /** Writes cosines and sines of one token's position into row {@code row}. */
  void fill(int time, int height, int width, Floats cos, Floats sin, int row) {
    for (int i = 0; i < inverseFrequency.length; i++) {
      int position = axis[i] == 0 ? time : axis[i] == 1 ? height : width;
      double angle = (float) position * inverseFrequency[i];
      cos.set(row, i, (float) (Math.cos(angle) * scale));
      sin.set(row, i, (float) (Math.sin(angle) * scale));
    }
  }

  private static float[] plain(double theta, int headDim) {
    float[] f = new float[headDim / 2];
    for (int i = 0; i < f.length; i++) {
      f[i] = (float) Math.pow(theta, -2.0 * i / headDim);
    }
    return f;
  }

  private static float[] scaled(double theta, Yarn yarn, int headDim) {
    double low = Math.max(Math.floor(correction(theta, yarn, headDim, yarn.betaFast())), 0);
    double high =
        Math.min(Math.ceil(correction(theta, yarn, headDim, yarn.betaSlow())), headDim - 1);
    float[] f = plain(theta, headDim);
    for (int i = 0; i < f.length; i++) {
      double ramp = Math.clamp((i - low) / Math.max(high - low, 0.001), 0, 1);
      f[i] = (float) (f[i] / yarn.factor() * ramp + f[i] * (1 - ramp));
    }
    return f;
  }

  /** The (fractional) frequency index that makes so many rotations over the original context. */
  private static double correction(double theta, Yarn yarn, int headDim, double rotations) {
    return headDim
        * Math.log(yarn.originalContext() / (2 * Math.PI * rotations))
        / (2 * Math.log(theta));
  }
}
