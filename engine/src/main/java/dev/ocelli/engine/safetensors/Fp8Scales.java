package dev.ocelli.engine.safetensors;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.quant.Quants;
import dev.ocelli.engine.tensor.BlockScales;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Printable;
import dev.ocelli.engine.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The factors of FP8 weights. Despite the name {@code weight_scale_inv} a weight is its value times
 * its factor (specification section 8.2).
 *
 * <p>Blocks have the size that the configuration gives, the last ones of an axis may be short. A
 * matrix with a single factor has one block.
 */
final class Fp8Scales {
  private Fp8Scales() {}

  /**
   * Adds factors to a tensor, which is given back as it is when it neither is FP8 nor has any.
   *
   * @param weight a matrix or a stack of matrices
   * @param scales {@code [blocks of rows, blocks of columns]}, for a stack after its number of
   *     matrices; null when the files have none
   * @throws OcelliException when factors are missing, superfluous, of another shape, or no numbers
   */
  static Tensor apply(Tensor weight, @Nullable Tensor scales, HfConfig config) {
    if (weight.type() != DType.F8_E4M3) {
      if (scales != null) {
        throw error(
            weight,
            "has scales, but type %s, not F8_E4M3; the files do not belong together"
                .formatted(weight.type()));
      }
      return weight;
    }
    if (scales == null) {
      throw error(
          weight,
          "has type F8_E4M3, but its scales ('weight_scale_inv') are missing; download the model completely");
    }
    HfConfig.Quantization q = config.quantization();
    if (q == null) {
      throw error(
          weight,
          "has type F8_E4M3, but %s has no field 'quantization_config', which tells the size of blocks; the files do not belong together"
              .formatted(config.origin()));
    }
    return weight.withScales(scales(weight, scales, q));
  }

  private static BlockScales scales(Tensor weight, Tensor scales, HfConfig.Quantization q) {
    int dimensions = weight.shape().length;
    if (dimensions != 2 && dimensions != 3) {
      throw error(
          weight,
          "has shape %s and type F8_E4M3, which only matrices may have; use another quantization of the model"
              .formatted(Arrays.toString(weight.shape())));
    }
    int rows = Math.toIntExact(weight.shape()[dimensions - 2]);
    int columns = Math.toIntExact(weight.shape()[dimensions - 1]);
    long count = dimensions == 3 ? weight.shape()[0] : 1;
    float[] factors = values(scales);
    if (factors.length == count && scales.shape().length < dimensions) {
      return new BlockScales(rows, columns, 1, factors);
    }
    long down = Math.ceilDiv(rows, q.blockRows());
    int across = Math.ceilDiv(columns, q.blockColumns());
    long[] needed = dimensions == 3 ? new long[] {count, down, across} : new long[] {down, across};
    if (!Arrays.equals(scales.shape(), needed)) {
      throw error(
          scales,
          "has shape %s, but a weight of shape %s with blocks of %d x %d needs %s; the file is damaged or 'weight_block_size' is wrong"
              .formatted(
                  Arrays.toString(scales.shape()),
                  Arrays.toString(weight.shape()),
                  q.blockRows(),
                  q.blockColumns(),
                  Arrays.toString(needed)));
    }
    return new BlockScales(q.blockRows(), q.blockColumns(), across, factors);
  }

  private static float[] values(Tensor scales) {
    switch (scales.type()) {
      case F32, F16, BF16 -> {}
      default ->
          throw error(
              scales,
              "has type %s, but scales are F32, F16 or BF16; use another quantization of the model"
                  .formatted(scales.type()));
    }
    float[] values = new float[Math.toIntExact(scales.values())];
    Quants.dequantize(scales.type(), scales.data(), 0, values, 0, values.length);
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw error(
            scales,
            "has the element %s at index %d, which is no finite number; the file is damaged, download it again"
                .formatted(values[i], i));
      }
    }
    return values;
  }

  private static OcelliException error(Tensor t, String problem) {
    return new OcelliException(
        OcelliException.Kind.MODEL,
        "%s: tensor '%s' %s".formatted(t.origin(), Printable.of(t.name()), problem));
  }
}
