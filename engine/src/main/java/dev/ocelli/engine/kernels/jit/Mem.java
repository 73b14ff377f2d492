package dev.ocelli.engine.kernels.jit;

import org.jspecify.annotations.Nullable;

/**
 * A memory operand {@code [base + index * scale + disp]}, or a place in the code.
 *
 * @param base base register; null for a place in the code
 * @param index index register, not RSP
 * @param vectorIndex index vector of a gather
 * @param scale 1, 2, 4 or 8
 * @param disp displacement in bytes
 * @param label place in the code, addressed relative to the instruction pointer
 * @param broadcast whether one element is read and repeated in all lanes (EVEX)
 */
record Mem(
    @Nullable Gpr base,
    @Nullable Gpr index,
    @Nullable Vec vectorIndex,
    int scale,
    int disp,
    @Nullable Label label,
    boolean broadcast)
    implements Operand {

  static Mem at(Gpr base, int disp) {
    return new Mem(base, null, null, 1, disp, null, false);
  }

  static Mem at(Gpr base, Gpr index, int scale, int disp) {
    if (index == Gpr.RSP) {
      throw new IllegalArgumentException("RSP cannot be an index");
    }
    return new Mem(base, index, null, scale, disp, null, false);
  }

  static Mem gather(Gpr base, Vec index, int disp) {
    return new Mem(base, null, index, 1, disp, null, false);
  }

  static Mem at(Label label) {
    return new Mem(null, null, null, 1, 0, label, false);
  }

  /** The same element repeated in all lanes: {@code {1toN}}. */
  Mem repeated() {
    return new Mem(base, index, vectorIndex, scale, disp, label, true);
  }
}
