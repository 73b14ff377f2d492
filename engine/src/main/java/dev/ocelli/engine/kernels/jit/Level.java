package dev.ocelli.engine.kernels.jit;

/** Instruction sets that kernels are written for, from the least to the most. */
public enum Level {
  /** Plain Java. */
  SCALAR("scalar"),
  /** Vectors through {@code jdk.incubator.vector}. */
  VECTOR_API("vector"),
  /** 256-bit integers, FMA and half-precision conversion: x86 since 2013 (Intel), 2015 (AMD). */
  AVX2("avx2"),
  /** The same with 8-bit dot products: Intel client processors since 2021, AMD since 2024. */
  AVX_VNNI("avxvnni"),
  /** 512-bit vectors with 8-bit dot products: Intel servers since 2019, AMD since 2022. */
  AVX512_VNNI("avx512vnni");

  private final String label;

  Level(String label) {
    this.label = label;
  }

  /** The name in options and reports. */
  public String label() {
    return label;
  }

  /** Whether kernels of this level are emitted machine code. */
  public boolean isEmitted() {
    return this != SCALAR && this != VECTOR_API;
  }
}
