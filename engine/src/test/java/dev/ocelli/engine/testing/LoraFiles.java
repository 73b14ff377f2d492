package dev.ocelli.engine.testing;

import dev.ocelli.engine.gguf.GgufFile;
import dev.ocelli.engine.gguf.GgufWriter;
import dev.ocelli.engine.quant.Quants;
import dev.ocelli.engine.quant.RowEncoder;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Adapters with random values, and models that they are merged into. */
public final class LoraFiles {
  private LoraFiles() {}

  /**
   * How an adapter is made.
   *
   * @param type of its tensors
   * @param matrices ends of the names of base tensors; empty for all matrices
   */
  public record Recipe(long seed, int rank, float alpha, DType type, List<String> matrices) {
    /** For all matrices, in float32. */
    public static Recipe of(long seed, int rank) {
      return new Recipe(seed, rank, 2 * rank, DType.F32, List.of());
    }

    /** The same with other tensors. */
    public Recipe with(DType other) {
      return new Recipe(seed, rank, alpha, other, matrices);
    }

    /** The same for some matrices. */
    public Recipe only(String... ends) {
      return new Recipe(seed, rank, alpha, type, List.of(ends));
    }

    boolean wants(Tensor base) {
      String n = base.name();
      boolean matrix = base.shape().length > 1 && !n.startsWith("token_embd");
      return matrix && (matrices.isEmpty() || matrices.stream().anyMatch(n::endsWith));
    }
  }

  /** Writes an adapter for a model. */
  public static Path write(Path file, Path model, Recipe recipe) {
    try (GgufFile base = GgufFile.open(model)) {
      GgufWriter out = header(base.metadata().getString("general.architecture"), recipe.alpha());
      Random random = new Random(recipe.seed());
      for (Tensor t : base.tensors()) {
        if (recipe.wants(t)) {
          long[] a = t.shape().clone();
          a[a.length - 2] = recipe.rank();
          long[] b = t.shape().clone();
          b[b.length - 1] = recipe.rank();
          add(out, t.name() + ".lora_a", recipe.type(), a, random);
          add(out, t.name() + ".lora_b", recipe.type(), b, random);
        }
      }
      out.write(file);
    }
    return file;
  }

  /** The metadata of an adapter. */
  public static GgufWriter header(String architecture, float alpha) {
    return new GgufWriter()
        .put("general.architecture", architecture)
        .put("general.type", "adapter")
        .put("adapter.type", "lora")
        .put("adapter.lora.alpha", alpha);
  }

  private static void add(GgufWriter out, String name, DType type, long[] shape, Random random) {
    int columns = (int) shape[shape.length - 1];
    int rows = (int) (Arrays.stream(shape).reduce(1, (x, y) -> x * y) / columns);
    int bytes = (int) type.bytes(columns);
    byte[] data = new byte[rows * bytes];
    RowEncoder encoder = RowEncoder.of(type);
    float[] row = new float[columns];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        row[c] = (float) random.nextGaussian() * 0.06f;
      }
      encoder.encode(row, columns, null, data, r * bytes);
    }
    out.tensor(name, type, shape, MemorySegment.ofArray(data));
  }

  /** An adapter and how much of it. */
  public record Part(Path adapter, float scale) {}

  /** Writes a float32 model with {@code W + sum of scale * alpha / rank * B A}. */
  public static Path merge(Path file, Path model, Part... parts) {
    List<GgufFile> adapters = new ArrayList<>();
    try (GgufFile base = GgufFile.open(model)) {
      GgufWriter out = new GgufWriter();
      base.metadata().entries().forEach(out::put);
      for (Part p : parts) {
        adapters.add(GgufFile.open(p.adapter()));
      }
      for (Tensor t : base.tensors()) {
        float[] w = values(t);
        for (int i = 0; i < parts.length; i++) {
          add(w, t, adapters.get(i), parts[i].scale());
        }
        ByteBuffer bytes = ByteBuffer.allocate(4 * w.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(w);
        out.tensor(t.name(), DType.F32, t.shape(), MemorySegment.ofBuffer(bytes));
      }
      out.write(file);
    } finally {
      adapters.forEach(GgufFile::close);
    }
    return file;
  }

  private static void add(float[] w, Tensor base, GgufFile adapter, float scale) {
    Tensor ta = adapter.find(base.name() + ".lora_a");
    Tensor tb = adapter.find(base.name() + ".lora_b");
    if (ta == null || tb == null) {
      return;
    }
    float[] a = values(ta);
    float[] b = values(tb);
    int rank = (int) tb.columns();
    double factor = (double) scale * adapter.metadata().getFloat("adapter.lora.alpha") / rank;
    int columns = (int) base.columns();
    int outputs = (int) base.shape()[base.shape().length - 2];
    for (int i = 0; i < w.length; i++) {
      int row = i / columns;
      int first = row / outputs * rank * columns;
      double sum = 0;
      for (int k = 0; k < rank; k++) {
        sum += (double) b[row * rank + k] * a[first + k * columns + i % columns];
      }
      w[i] += (float) (factor * sum);
    }
  }

  private static float[] values(Tensor t) {
    int columns = (int) t.columns();
    float[] all = new float[(int) t.values()];
    float[] row = new float[columns];
    for (int r = 0; r < t.rows(); r++) {
      Quants.dequantizeRow(t, r, row);
      System.arraycopy(row, 0, all, r * columns, columns);
    }
    return all;
  }

  /** A float32 tensor of zeros but for one value. */
  public static MemorySegment zeros(int values, int at, float value) {
    MemorySegment m = MemorySegment.ofArray(new byte[4 * values]);
    m.set(ValueLayout.JAVA_FLOAT_UNALIGNED, 4L * at, value);
    return m;
  }
}
