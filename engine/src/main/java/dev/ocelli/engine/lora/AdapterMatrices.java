package dev.ocelli.engine.lora;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.kernels.KernelSet;
import dev.ocelli.engine.kernels.LowRank;
import dev.ocelli.engine.kernels.Matrix;
import dev.ocelli.engine.kernels.WeightLoader;
import dev.ocelli.engine.kernels.Workers;
import dev.ocelli.engine.quant.Quants;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Printable;
import dev.ocelli.engine.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an adapter adds to the matrices of a model: low-rank products in float32, whatever the types
 * of base and adapter.
 */
public final class AdapterMatrices {
  /**
   * An addition.
   *
   * @param product A and B
   * @param ratio alpha by rank
   */
  public record Addition(LowRank product, float ratio) {}

  private final Map<String, Addition> byMatrix;

  private AdapterMatrices(Map<String, Addition> byMatrix) {
    this.byMatrix = byMatrix;
  }

  /** What is added to a matrix, or null. */
  public @Nullable Addition find(Matrix matrix) {
    return byMatrix.get(matrix.name());
  }

  /**
   * Checks that an adapter was made for a model.
   *
   * @param architecture of the model
   * @param base the model's matrices by name; those of a stack as {@code name[i]}
   * @throws OcelliException MODEL naming file, tensor and what does not fit
   */
  public static void check(AdapterFile file, String architecture, Map<String, Matrix> base) {
    String trained = file.architecture();
    if (trained != null && !trained.equals(architecture)) {
      throw error(
          file,
          "the adapter is for architecture '%s', the model is '%s'; give the model that the adapter was trained on"
              .formatted(Printable.of(trained), architecture));
    }
    for (AdapterFile.Pair p : file.pairs()) {
      int there = 0;
      while (p.stacked() && base.containsKey(p.matrix() + "[" + there + "]")) {
        there++;
      }
      Matrix m = base.get(p.stacked() ? p.matrix() + "[0]" : p.matrix());
      if (m == null) {
        throw error(file, "tensor '%s' %s".formatted(Printable.of(p.a().name()), refusal(p)));
      }
      if (p.outputs() != m.rows()
          || p.inputs() != m.columns()
          || p.stacked() && p.count() != there) {
        throw error(
            file,
            "tensors '%s.lora_a' and '.lora_b' are for %s[%d, %d], but the model has %s[%d, %d]; give the model that the adapter was trained on"
                .formatted(
                    Printable.of(p.matrix()),
                    p.stacked() ? p.count() + " matrices " : "",
                    p.outputs(),
                    p.inputs(),
                    p.stacked() ? there + " matrices " : "",
                    m.rows(),
                    m.columns()));
      }
    }
  }

  private static String refusal(AdapterFile.Pair p) {
    if (p.matrix().equals("token_embd.weight")) {
      return "changes the token embedding, which is not supported; merge the adapter into its model";
    }
    if (p.matrix().equals("output.weight")) {
      return "changes the head, which is the model's token embedding, and that is not supported; merge the adapter into its model";
    }
    if (p.matrix().startsWith("v.") || p.matrix().startsWith("mm.")) {
      return "changes the vision tower, which is not supported; merge the adapter into its model";
    }
    return "belongs to no matrix of the model; give the model that the adapter was trained on";
  }

  /**
   * Converts and packs a checked adapter.
   *
   * @param arena owns what is packed; the file may be closed afterwards
   * @throws OcelliException MODEL when there are values that are no numbers
   */
  static AdapterMatrices load(AdapterFile file, KernelSet kernels, Arena arena) {
    WeightLoader loader = new WeightLoader(kernels, Workers.single(), arena);
    Map<String, Addition> all = new HashMap<>();
    for (AdapterFile.Pair p : file.pairs()) {
      for (int i = 0; i < p.count(); i++) {
        String name = p.stacked() ? p.matrix() + "[" + i + "]" : p.matrix();
        Matrix a = matrix(p.a(), i, p.rank(), kernels, loader, arena);
        Matrix b = matrix(p.b(), i, Math.toIntExact(p.outputs()), kernels, loader, arena);
        all.put(name, new Addition(new LowRank(a, b), p.ratio()));
      }
    }
    return new AdapterMatrices(Map.copyOf(all));
  }

  /** One matrix of a tensor, which may be a stack, in float32. */
  private static Matrix matrix(
      Tensor t, int index, int rows, KernelSet kernels, WeightLoader loader, Arena arena) {
    int columns = Math.toIntExact(t.columns());
    boolean packs = kernels.kernel(DType.F32, columns).packedBytes(rows, columns) > 0;
    try (Arena temporary = Arena.ofConfined()) {
      // What is not packed is computed with as it lies here.
      MemorySegment data = (packs ? temporary : arena).allocate(4L * rows * columns, 64);
      float[] row = new float[columns];
      for (int r = 0; r < rows; r++) {
        Quants.dequantizeRow(t, index * rows + r, row);
        requireNumbers(t, index * rows + r, row);
        MemorySegment.copy(row, 0, data, ValueLayout.JAVA_FLOAT, 4L * r * columns, columns);
      }
      return loader.matrix(
          new Tensor(t.name(), DType.F32, new long[] {rows, columns}, data, t.origin()));
    }
  }

  private static void requireNumbers(Tensor t, int row, float[] values) {
    for (int c = 0; c < values.length; c++) {
      if (!Float.isFinite(values[c])) {
        throw new OcelliException(
            OcelliException.Kind.MODEL,
            "%s: tensor '%s' holds %s in row %d, column %d; the adapter is damaged or its training failed"
                .formatted(t.origin(), Printable.of(t.name()), values[c], row, c));
      }
    }
  }

  private static OcelliException error(AdapterFile file, String problem) {
    return new OcelliException(OcelliException.Kind.MODEL, file.source().origin() + ": " + problem);
  }
}
