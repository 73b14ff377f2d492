package dev.ocelli.engine.quantize;

import dev.ocelli.engine.tensor.DType;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a file is quantized to: a type for most tensors and, by {@link TypeMix}, others for those
 * that matter more or less. Numbers are those of {@code general.file_type} (GGUF specification,
 * {@code docs/gguf.md} of ggml, and {@code llama.h} for the later ones).
 */
public enum FileType {
  F32(0, DType.F32),
  F16(1, DType.F16),
  Q4_0(2, DType.Q4_0),
  Q4_1(3, DType.Q4_1),
  Q8_0(7, DType.Q8_0),
  Q5_0(8, DType.Q5_0),
  Q5_1(9, DType.Q5_1),
  Q2_K(10, DType.Q2_K),
  Q3_K_S(11, DType.Q3_K),
  Q3_K_M(12, DType.Q3_K),
  Q3_K_L(13, DType.Q3_K),
  Q4_K_S(14, DType.Q4_K),
  Q4_K_M(15, DType.Q4_K),
  Q5_K_S(16, DType.Q5_K),
  Q5_K_M(17, DType.Q5_K),
  Q6_K(18, DType.Q6_K),
  IQ2_XXS(19, DType.IQ2_XXS),
  IQ2_XS(20, DType.IQ2_XS),
  Q2_K_S(21, DType.Q2_K),
  IQ3_XS(22, DType.IQ3_S),
  IQ3_XXS(23, DType.IQ3_XXS),
  IQ1_S(24, DType.IQ1_S),
  IQ4_NL(25, DType.IQ4_NL),
  IQ3_S(26, DType.IQ3_S),
  IQ3_M(27, DType.IQ3_S),
  IQ2_S(28, DType.IQ2_XS),
  IQ2_M(29, DType.IQ2_S),
  IQ4_XS(30, DType.IQ4_XS),
  IQ1_M(31, DType.IQ1_M),
  BF16(32, DType.BF16),
  TQ1_0(36, DType.TQ1_0),
  TQ2_0(37, DType.TQ2_0),
  MXFP4_MOE(38, DType.MXFP4),
  Q1_0(40, DType.Q1_0),
  Q2_0(41, DType.Q2_0);

  private final int number;
  private final DType type;

  FileType(int number, DType type) {
    this.number = number;
    this.type = type;
  }

  /** The number in {@code general.file_type}. */
  public int number() {
    return number;
  }

  /** The type of most tensors. */
  public DType type() {
    return type;
  }

  /** A file type by name in any case; Q3_K, Q4_K and Q5_K mean the medium mix. */
  public static Optional<FileType> named(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    String full =
        switch (upper) {
          case "Q3_K", "Q4_K", "Q5_K" -> upper + "_M";
          default -> upper;
        };
    return Arrays.stream(values()).filter(t -> t.name().equals(full)).findFirst();
  }

  /** The file type with a number in {@code general.file_type}. */
  public static Optional<FileType> numbered(int number) {
    return Arrays.stream(values()).filter(t -> t.number == number).findFirst();
  }

  /** All names. */
  public static List<String> names() {
    return Arrays.stream(values()).map(Enum::name).toList();
  }

  boolean isOneOf(FileType... types) {
    return Arrays.asList(types).contains(this);
  }
}
