package dev.ocelli.engine.lora;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.gguf.GgufFile;
import dev.ocelli.engine.gguf.GgufMetadata;
import dev.ocelli.engine.quant.Quants;
import dev.ocelli.engine.safetensors.PeftFolder;
import dev.ocelli.engine.tensor.Printable;
import dev.ocelli.engine.tensor.Tensor;
import dev.ocelli.engine.tensor.TensorSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A LoRA adapter as it lies in a GGUF file of llama.cpp's converter or in a folder of PEFT, checked
 * as far as that can be done without its model: {@link AdapterMatrices} knows whether it belongs to
 * one.
 *
 * @param source the file or folder
 * @param architecture of the model that it was trained on; null where that is not said
 * @param pairs in the order of the file
 */
public record AdapterFile(TensorSource source, @Nullable String architecture, List<Pair> pairs)
    implements AutoCloseable {
  private static final String A = ".lora_a";
  private static final String B = ".lora_b";

  /** More than any training takes; bounds what a step works in. */
  private static final int MOST_RANK = 1 << 14;

  /**
   * What is added to a matrix, or to a stack of them: {@code ratio * B A}.
   *
   * @param matrix name of the base tensor
   * @param a {@code [rank, inputs]}, or {@code [count, rank, inputs]} for a stack
   * @param b {@code [outputs, rank]}, or {@code [count, outputs, rank]}
   * @param ratio alpha by rank
   */
  public record Pair(String matrix, Tensor a, Tensor b, float ratio) {
    /** Matrices of a stack; 1 for a matrix alone. */
    public int count() {
      return stacked() ? (int) a.shape()[0] : 1;
    }

    /** Whether it is for a stack, as experts are stored. */
    public boolean stacked() {
      return a.shape().length == 3;
    }

    /** Outputs of A. */
    public int rank() {
      return (int) a.shape()[a.shape().length - 2];
    }

    /** Outputs of B. */
    public long outputs() {
      return b.shape()[b.shape().length - 2];
    }

    /** Inputs of A. */
    public long inputs() {
      return a.columns();
    }

    /** Bytes of both in float32. */
    public long bytes() {
      return 4 * (a.values() + b.values());
    }
  }

  /**
   * Opens a GGUF file, or a folder of PEFT.
   *
   * @throws OcelliException MODEL when it is missing, damaged or no LoRA adapter
   */
  public static AdapterFile open(Path file) {
    if (Files.isDirectory(file)) {
      PeftFolder folder = PeftFolder.open(file);
      try {
        float alpha = folder.alpha();
        return new AdapterFile(
            folder, null, pairs(folder, r -> alpha / divisor(r, folder.rankStabilized())));
      } catch (Throwable e) {
        folder.close();
        throw e;
      }
    }
    GgufFile gguf = GgufFile.open(file);
    try {
      return of(gguf);
    } catch (Throwable e) {
      gguf.close();
      throw e;
    }
  }

  private static float divisor(int rank, boolean root) {
    return root ? (float) Math.sqrt(rank) : rank;
  }

  private static AdapterFile of(GgufFile file) {
    GgufMetadata meta = file.metadata();
    String type = meta.getString("general.type", "model");
    if (!type.equals("adapter")) {
      throw error(
          file,
          "'general.type' is '%s', not 'adapter'; give an adapter that convert_lora_to_gguf.py has written, and models with -m"
              .formatted(Printable.of(type)));
    }
    String kind = meta.getString("adapter.type", "");
    if (!kind.equals("lora")) {
      throw error(
          file, "'adapter.type' is '%s'; only 'lora' can be used".formatted(Printable.of(kind)));
    }
    if (meta.has("adapter.alora.invocation_tokens")) {
      throw error(
          file,
          "'adapter.alora.invocation_tokens' makes it an activated LoRA, which is not supported; give a plain LoRA adapter");
    }
    float alpha = meta.getFloat("adapter.lora.alpha", 0);
    if (!(alpha >= 0) || alpha == Float.POSITIVE_INFINITY) {
      throw error(
          file,
          "'adapter.lora.alpha' is %s; it must be a number that is not negative: convert the adapter again"
              .formatted(alpha));
    }
    // Adapters without alpha are taken as they are, as llama.cpp does.
    List<Pair> pairs = pairs(file, rank -> alpha == 0 ? 1 : alpha / rank);
    return new AdapterFile(file, meta.getString("general.architecture"), pairs);
  }

  /** Gives what products are multiplied by. */
  private interface Ratio {
    float of(int rank);
  }

  private static List<Pair> pairs(TensorSource file, Ratio ratio) {
    List<Pair> pairs = new ArrayList<>();
    for (Tensor t : file.tensors()) {
      String name = t.name();
      if (name.endsWith(A)) {
        String matrix = name.substring(0, name.length() - A.length());
        pairs.add(pair(file, matrix, t, partner(file, t, matrix + B), ratio));
      } else if (name.endsWith(B)) {
        partner(file, t, name.substring(0, name.length() - B.length()) + A);
      } else {
        throw error(
            file,
            "tensor '%s' is no part of a LoRA adapter, whose names end in .lora_a or .lora_b; merge the adapter into its model and convert that"
                .formatted(Printable.of(name)));
      }
    }
    if (pairs.isEmpty()) {
      throw error(file, "the adapter has no tensors; convert it again");
    }
    return List.copyOf(pairs);
  }

  private static Tensor partner(TensorSource file, Tensor of, String name) {
    Tensor t = file.find(name);
    if (t == null) {
      throw error(
          file,
          "tensor '%s' is there, but not '%s'; convert the adapter again"
              .formatted(Printable.of(of.name()), Printable.of(name)));
    }
    return t;
  }

  private static Pair pair(TensorSource file, String matrix, Tensor a, Tensor b, Ratio ratio) {
    long[] sa = a.shape();
    long[] sb = b.shape();
    boolean fits = sa.length == sb.length && (sa.length == 2 || sa.length == 3);
    fits = fits && sa[sa.length - 2] == sb[sb.length - 1] && (sa.length == 2 || sa[0] == sb[0]);
    if (!fits) {
      throw error(
          file,
          "tensors '%s' %s and '%s' %s are no [rank, inputs] and [outputs, rank] of one rank; convert the adapter again"
              .formatted(
                  Printable.of(a.name()),
                  Arrays.toString(sa),
                  Printable.of(b.name()),
                  Arrays.toString(sb)));
    }
    long rank = sb[sb.length - 1];
    if (rank < 1 || rank > MOST_RANK) {
      throw error(
          file,
          "tensor '%s' has rank %d; ranks from 1 to %d can be used"
              .formatted(Printable.of(a.name()), rank, MOST_RANK));
    }
    for (Tensor t : List.of(a, b)) {
      if (!Quants.supported(t.type())) {
        throw error(
            file,
            "tensor '%s' has type %s, which cannot be computed with; convert the adapter to F16"
                .formatted(Printable.of(t.name()), t.type()));
      }
    }
    return new Pair(matrix, a, b, ratio.of((int) rank));
  }

  /** Bytes in float32, which is how it is computed with. */
  public long bytes() {
    return pairs.stream().mapToLong(Pair::bytes).sum();
  }

  /** Most outputs of a matrix that something is added to. */
  public int widest() {
    return (int) pairs.stream().mapToLong(Pair::outputs).max().orElse(0);
  }

  /** The greatest rank. */
  public int rank() {
    return pairs.stream().mapToInt(Pair::rank).max().orElse(0);
  }

  private static OcelliException error(TensorSource file, String problem) {
    return new OcelliException(OcelliException.Kind.MODEL, file.origin() + ": " + problem);
  }

  @Override
  public void close() {
    source.close();
  }
}
