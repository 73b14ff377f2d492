package dev.ocelli.engine.quant;

import dev.ocelli.engine.tensor.BlockScales;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Exact conversion between the encodings of {@link DType} and float32.
 *
 * <p>Dequantization follows {@code ggml} operation by operation, so that values are equal bit for
 * bit to the reference data. Thread-safe.
 */
public final class Quants {
  private static final ValueLayout.OfFloat F32 =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfDouble F64 =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort S16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /**
   * Blocks are copied here before they are decoded: loops over arrays run several times faster than
   * over segments whose kind (mapped, native, heap) varies, and no call allocates.
   */
  private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

  private static final class Scratch {
    static final int BYTES = 16 << 10;
    final byte[] bytes = new byte[BYTES];
    final short[] shorts = new short[BYTES / 2];
  }

  private Quants() {}

  /** Whether values of this type can be converted to float32. */
  public static boolean supported(DType type) {
    return switch (type) {
      case I8, I16, I32, I64, U8, Q8_1, Q8_K -> false;
      default -> true;
    };
  }

  /**
   * Converts values to float32.
   *
   * @param type encoding of the source
   * @param source holds the encoded values; needs no alignment
   * @param byteOffset offset in the source of the first block
   * @param target receives the values
   * @param targetOffset index in the target of the first value
   * @param values how many, a multiple of {@link DType#blockValues}
   * @throws IllegalArgumentException when values are no whole number of blocks or the type is not
   *     {@link #supported}
   * @throws IndexOutOfBoundsException when source or target is too small
   */
  public static void dequantize(
      DType type,
      MemorySegment source,
      long byteOffset,
      float[] target,
      int targetOffset,
      int values) {
    requireWholeBlocks(type, values);
    switch (type) {
      case F32 -> MemorySegment.copy(source, F32, byteOffset, target, targetOffset, values);
      case F64 -> doubles(source, byteOffset, target, targetOffset, values);
      case F16, BF16 -> halves(type, source, byteOffset, target, targetOffset, values);
      default -> blocks(type, source, byteOffset, target, targetOffset, values);
    }
  }

  /**
   * Converts a row of a tensor to float32, with the factors that are a tensor of their own.
   *
   * @param target receives the row from index 0 on
   */
  public static void dequantizeRow(Tensor tensor, int row, float[] target) {
    int columns = Math.toIntExact(tensor.columns());
    long at = row * tensor.type().bytes(columns);
    dequantize(tensor.type(), tensor.data(), at, target, 0, columns);
    BlockScales scales = tensor.scales();
    if (scales != null) {
      scales.multiply(row, 0, target, columns);
    }
  }

  /** The first index from {@code from} to {@code to} of an F8_E4M3 value that is NaN, or -1. */
  public static long findNan(MemorySegment e4m3, long from, long to) {
    return F8.findNan(e4m3, from, to);
  }

  private static void doubles(
      MemorySegment source, long byteOffset, float[] target, int at, int values) {
    for (int j = 0; j < values; j++) {
      target[at + j] = (float) source.get(F64, byteOffset + 8L * j);
    }
  }

  private static void halves(
      DType type, MemorySegment source, long byteOffset, float[] target, int at, int values) {
    short[] s = SCRATCH.get().shorts;
    for (int done = 0; done < values; ) {
      int n = Math.min(s.length, values - done);
      MemorySegment.copy(source, S16, byteOffset + 2L * done, s, 0, n);
      int o = at + done;
      if (type == DType.F16) {
        for (int j = 0; j < n; j++) {
          target[o + j] = Float.float16ToFloat(s[j]);
        }
      } else {
        for (int j = 0; j < n; j++) {
          target[o + j] = Float.intBitsToFloat(s[j] << 16);
        }
      }
      done += n;
    }
  }

  private static void blocks(
      DType type, MemorySegment source, long byteOffset, float[] target, int at, int values) {
    byte[] in = SCRATCH.get().bytes;
    int count = values / type.blockValues();
    int room = in.length / type.blockBytes();
    for (int done = 0; done < count; ) {
      int n = Math.min(room, count - done);
      long from = byteOffset + (long) done * type.blockBytes();
      MemorySegment.copy(source, ValueLayout.JAVA_BYTE, from, in, 0, n * type.blockBytes());
      decode(type, in, n, target, at + done * type.blockValues());
      done += n;
    }
  }

  /** Whether {@link #quantize} can write this type. */
  public static boolean quantizable(DType type) {
    return switch (type) {
      case F64, I8, I16, I32, I64, Q8_1, Q8_K, F8_E4M3, U8 -> false;
      default -> true;
    };
  }

  /**
   * Encodes values as {@code ggml}'s reference quantizers do: byte for byte where a type's factors
   * follow from the values at once, else with errors that are no larger. {@link RowEncoder} also
   * takes importance into account.
   *
   * @param type encoding of the target
   * @param source the values
   * @param sourceOffset index of the first value
   * @param target receives the blocks; needs no alignment
   * @param byteOffset offset in the target of the first block
   * @param values how many, a multiple of {@link DType#blockValues}
   * @throws IllegalArgumentException when values are no whole number of blocks or the type is not
   *     {@link #quantizable}
   * @throws IndexOutOfBoundsException when source or target is too small
   */
  public static void quantize(
      DType type,
      float[] source,
      int sourceOffset,
      MemorySegment target,
      long byteOffset,
      int values) {
    requireWholeBlocks(type, values);
    byte[] out = SCRATCH.get().bytes;
    int count = values / type.blockValues();
    int room = out.length / type.blockBytes();
    for (int done = 0; done < count; ) {
      int n = Math.min(room, count - done);
      encode(type, source, sourceOffset + done * type.blockValues(), n, out);
      long to = byteOffset + (long) done * type.blockBytes();
      MemorySegment.copy(out, 0, target, ValueLayout.JAVA_BYTE, to, n * type.blockBytes());
      done += n;
    }
  }

  private static void encode(DType type, float[] in, int at, int blocks, byte[] out) {
    switch (type) {
      case F32 -> {
        for (int j = 0; j < blocks; j++) {
          Bytes.putI32(out, 4 * j, Float.floatToRawIntBits(in[at + j]));
        }
      }
      case F16 -> {
        for (int j = 0; j < blocks; j++) {
          Bytes.putF16(out, 2 * j, in[at + j]);
        }
      }
      case BF16 -> {
        for (int j = 0; j < blocks; j++) {
          Bytes.putU16(out, 2 * j, Rounding.bf16(in[at + j]));
        }
      }
      case Q8_0 -> BlocksQ8_0.encode(in, at, blocks, out);
      case Q4_0 -> BlocksQ4_0.encode(in, at, blocks, out);
      case Q4_1 -> BlocksQ4_1.encode(in, at, blocks, out);
      case Q5_0 -> BlocksQ5_0.encode(in, at, blocks, out);
      case Q5_1 -> BlocksQ5_1.encode(in, at, blocks, out);
      default -> {
        BlockEncoder encoder = RowEncoder.searching(type);
        for (int b = 0; b < blocks; b++) {
          encoder.encode(in, null, at + b * type.blockValues(), out, b * type.blockBytes());
        }
      }
    }
  }

  private static void requireWholeBlocks(DType type, int values) {
    if (values % type.blockValues() != 0) {
      throw new IllegalArgumentException(
          values + " values are no whole number of " + type + " blocks of " + type.blockValues());
    }
  }

  private static void decode(DType type, byte[] in, int blocks, float[] out, int at) {
    switch (type) {
      case Q4_0 -> BlocksQ4_0.decode(in, blocks, out, at);
      case Q4_1 -> BlocksQ4_1.decode(in, blocks, out, at);
      case Q5_0 -> BlocksQ5_0.decode(in, blocks, out, at);
      case Q5_1 -> BlocksQ5_1.decode(in, blocks, out, at);
      case Q8_0 -> BlocksQ8_0.decode(in, blocks, out, at);
      case Q2_K -> BlocksQ2_K.decode(in, blocks, out, at);
      case Q3_K -> BlocksQ3_K.decode(in, blocks, out, at);
      case Q4_K -> BlocksQ4_K.decode(in, blocks, out, at);
      case Q5_K -> BlocksQ5_K.decode(in, blocks, out, at);
      case Q6_K -> BlocksQ6_K.decode(in, blocks, out, at);
      case IQ1_S -> BlocksIQ1_S.decode(in, blocks, out, at);
      case IQ1_M -> BlocksIQ1_M.decode(in, blocks, out, at);
      case IQ2_XXS -> BlocksIQ2_XXS.decode(in, blocks, out, at);
      case IQ2_XS -> BlocksIQ2_XS.decode(in, blocks, out, at);
      case IQ2_S -> BlocksIQ2_S.decode(in, blocks, out, at);
      case IQ3_XXS -> BlocksIQ3_XXS.decode(in, blocks, out, at);
      case IQ3_S -> BlocksIQ3_S.decode(in, blocks, out, at);
      case IQ4_NL -> BlocksIQ4_NL.decode(in, blocks, out, at);
      case IQ4_XS -> BlocksIQ4_XS.decode(in, blocks, out, at);
      case TQ1_0 -> BlocksTQ1_0.decode(in, blocks, out, at);
      case TQ2_0 -> BlocksTQ2_0.decode(in, blocks, out, at);
      case MXFP4 -> BlocksMXFP4.decode(in, blocks, out, at);
      case NVFP4 -> BlocksNVFP4.decode(in, blocks, out, at);
      case Q1_0 -> BlocksQ1_0.decode(in, blocks, out, at);
      case Q2_0 -> BlocksQ2_0.decode(in, blocks, out, at);
      case F8_E4M3 -> F8.decode(in, blocks, out, at);
      default -> throw new IllegalArgumentException("no conversion from " + type + " to float32");
    }
  }
}
