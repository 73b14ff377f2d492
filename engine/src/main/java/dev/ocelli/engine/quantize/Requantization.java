package dev.ocelli.engine.quantize;

import dev.ocelli.engine.kernels.WeightConversion;
import dev.ocelli.engine.quant.RowEncoder;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Fewer bits a weight for a language model whose files have 8 to 32 bits of floating point: less
 * memory, and fewer bytes to read a token. Weights that are quantized already stay as they are, as
 * do routers of experts; importance of inputs is not known here.
 */
public enum Requantization implements WeightConversion {
  /** Weights stay what they are in the files. */
  OFF,
  /** Q8_0 everywhere. */
  Q8_0,
  /** Q4_K, and Q6_K for the output matrix. */
  Q4_K;

  private static final String ROUTER = "ffn_gate_inp.weight";

  @Override
  public DType type(Tensor tensor) {
    boolean wide =
        switch (tensor.type()) {
          case F32, F16, BF16, F8_E4M3 -> true;
          default -> false;
        };
    if (this == OFF || !wide || tensor.name().endsWith(ROUTER)) {
      return tensor.type();
    }
    Role role = Role.of(tensor.name());
    // The embedding comes here only where it is the output matrix, too.
    boolean output = role == Role.OUTPUT || role == Role.EMBEDDING;
    DType wanted = this == Q8_0 ? DType.Q8_0 : output ? DType.Q6_K : DType.Q4_K;
    DType type = TypeMix.fitting(wanted, tensor.columns());
    return type.isQuantized() ? type : tensor.type();
  }

  @Override
  public void convert(Tensor tensor, long firstRow, int rows, MemorySegment target) {
    DType type = type(tensor);
    SourceRows source = new SourceRows(tensor);
    RowEncoder encoder = RowEncoder.of(type);
    int columns = Math.toIntExact(tensor.columns());
    float[] row = new float[columns];
    byte[] encoded = new byte[Math.toIntExact(type.bytes(columns))];
    for (int r = 0; r < rows; r++) {
      source.read(firstRow + r, row);
      encoder.encode(row, columns, null, encoded, 0);
      MemorySegment.copy(
          encoded, 0, target, ValueLayout.JAVA_BYTE, (long) r * encoded.length, encoded.length);
    }
  }
}
