package dev.ocelli.engine.convert;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;

/** {@code general.size_label}: the number of weights as people say it. */
final class SizeLabel {
  private SizeLabel() {}

  /**
   * Such as {@code 1.3M}, or {@code 8x269K} for experts: what a token uses of one, and the rest.
   */
  static String of(List<ConvertedTensor> tensors) {
    long shared = 0;
    long expert = 0;
    long experts = 0;
    int stacks = 0;
    for (ConvertedTensor t : tensors) {
      if (t.name().contains("_exps.")) {
        expert += t.values() / t.shape()[0];
        experts += t.shape()[0];
        stacks++;
      } else {
        shared += t.values();
      }
    }
    String size = rounded(shared + expert);
    return stacks == 0 ? size : experts / stacks + "x" + size;
  }

  /** Two digits at least. */
  static String rounded(long count) {
    double scaled;
    String unit;
    if (count > 1e12) {
      scaled = count * 1e-12;
      unit = "T";
    } else if (count > 1e9) {
      scaled = count * 1e-9;
      unit = "B";
    } else if (count > 1e6) {
      scaled = count * 1e-6;
      unit = "M";
    } else {
      scaled = count * 1e-3;
      unit = "K";
    }
    long whole = (long) Math.rint(scaled);
    int digits = whole == 0 ? 0 : Long.toString(whole).length();
    return new BigDecimal(scaled).setScale(Math.max(0, 2 - digits), RoundingMode.HALF_EVEN) + unit;
  }
}
