package dev.ocelli.engine.quantize;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.gguf.GgufFile;
import dev.ocelli.engine.gguf.GgufMetadata;
import dev.ocelli.engine.quant.Quants;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Printable;
import dev.ocelli.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which type every tensor of a file gets, in the order in which {@code llama-quantize} writes them:
 * those outside of layers first, then layer by layer, by name.
 *
 * @param tensors all of them
 */
public record QuantizationPlan(List<PlannedTensor> tensors) {
  private static final Pattern LAYER = Pattern.compile("blk\\.(\\d{1,6})\\..*");
  private static final Set<String> ARCHITECTURES = Set.of("qwen3vl", "qwen3vlmoe", "clip");

  /** Parts of names whose tensors are too small, or too delicate, to be rounded. */
  private static final List<String> KEPT =
      List.of("_norm.weight", "ffn_gate_inp.weight", ".position_embd", ".patch_embd");

  /** Keeps the list from changing. */
  public QuantizationPlan {
    tensors = List.copyOf(tensors);
  }

  /**
   * Decides.
   *
   * @param importance of the model's inputs, or null
   * @throws OcelliException when the model is of another architecture, its tensors are quantized
   *     already, or a type needs importance that is not known
   */
  public static QuantizationPlan of(
      GgufFile model, QuantizeOptions options, @Nullable ImportanceMatrix importance) {
    String architecture = model.metadata().getString("general.architecture");
    if (!ARCHITECTURES.contains(architecture)) {
      throw new OcelliException(
          Kind.MODEL,
          "%s: architecture '%s' cannot be quantized here; give a qwen3vl, qwen3vlmoe or clip file"
              .formatted(model.origin(), Printable.of(architecture)));
    }
    List<Tensor> sorted = new ArrayList<>(model.tensors());
    sorted.sort(Comparator.comparingInt((Tensor t) -> layer(t.name())).thenComparing(Tensor::name));
    Planner planner = new Planner(options, importance, shape(model, architecture));
    return new QuantizationPlan(sorted.stream().map(planner::plan).toList());
  }

  private static TypeMix.Shape shape(GgufFile model, String architecture) {
    boolean tied = model.find("output.weight") == null;
    int values =
        (int) model.tensors().stream().filter(t -> Role.of(t.name()).makesValues()).count();
    if (architecture.equals("clip")) {
      return new TypeMix.Shape(0, values, 0, 0, tied);
    }
    GgufMetadata m = model.metadata();
    int heads = m.getInt(architecture + ".attention.head_count");
    int keyHeads = m.getInt(architecture + ".attention.head_count_kv", heads);
    return new TypeMix.Shape(
        m.getInt(architecture + ".block_count"),
        values,
        keyHeads < 1 ? 0 : heads / keyHeads,
        m.getInt(architecture + ".expert_count", 0),
        tied);
  }

  /** The layer a tensor belongs to by its name, or -1. */
  private static int layer(String name) {
    Matcher m = LAYER.matcher(name);
    return m.matches() ? Integer.parseInt(m.group(1)) : -1;
  }

  /** Bytes of all tensors as they will be. */
  public long bytes() {
    return tensors.stream().mapToLong(PlannedTensor::bytes).sum();
  }

  /** Bytes of all tensors as they are. */
  public long sourceBytes() {
    return tensors.stream().mapToLong(t -> t.source().data().byteSize()).sum();
  }

  /** Values of all tensors. */
  public long values() {
    return tensors.stream().mapToLong(t -> t.source().values()).sum();
  }

  /** Decides on one tensor after the other. */
  private static final class Planner {
    private final QuantizeOptions options;
    private final @Nullable ImportanceMatrix importance;
    private final @Nullable TypeMix mix;

    Planner(QuantizeOptions options, @Nullable ImportanceMatrix importance, TypeMix.Shape shape) {
      this.options = options;
      this.importance = importance;
      mix = options.file().map(f -> new TypeMix(f, shape, importance != null)).orElse(null);
    }

    PlannedTensor plan(Tensor t) {
      Role role = Role.of(t.name());
      if (mix == null
          || !isMatrix(t)
          || (role == Role.OUTPUT && options.switches().leaveOutput())) {
        return new PlannedTensor(t, t.type(), t.type(), false);
      }
      DType wanted = wanted(t, role, mix);
      DType type = TypeMix.fitting(wanted, t.columns());
      if (type == t.type()) {
        return new PlannedTensor(t, type, wanted, false);
      }
      requireUnquantized(t, type);
      boolean known = importance != null && importance.covers(t);
      if (!known && mix.needsImportance(role, type)) {
        throw new OcelliException(
            Kind.USAGE,
            "tensor '%s' would become %s, which is useless unless the importance of its inputs is known; compute it with 'ocelli imatrix' and give --imatrix FILE, or choose a type of more bits"
                .formatted(t.name(), type));
      }
      return new PlannedTensor(t, type, wanted, known);
    }

    private DType wanted(Tensor t, Role role, TypeMix types) {
      if (role == Role.EMBEDDING && options.embedding().isPresent()) {
        return options.embedding().get();
      }
      if (role == Role.OUTPUT && options.output().isPresent()) {
        return options.output().get();
      }
      Optional<DType> ruled =
          options.rules().stream()
              .filter(r -> r.name().matcher(t.name()).find())
              .map(QuantizeOptions.Rule::type)
              .findFirst();
      if (ruled.isPresent()) {
        return ruled.get();
      }
      DType usual = options.file().orElseThrow().type();
      if (!usual.isQuantized() || options.switches().pure()) {
        return usual;
      }
      if (role == Role.EMBEDDING && types.isTied() && options.output().isPresent()) {
        return options.output().get();
      }
      return types.next(role, layer(t.name()), t.columns(), ImportanceMatrix.matrices(t) > 1);
    }

    private void requireUnquantized(Tensor t, DType type) {
      if (t.type().isQuantized() && !options.switches().requantize()) {
        throw new OcelliException(
            Kind.USAGE,
            "%s: tensor '%s' is %s already, and making it %s would add error to error; give a file of F16, BF16 or F32, or --allow-requantize"
                .formatted(t.origin(), t.name(), t.type(), type));
      }
    }

    /** Whether a tensor is one of the weights that products are made with. */
    private static boolean isMatrix(Tensor t) {
      String name = t.name();
      long[] shape = t.shape();
      int dimensions = shape.length;
      for (int i = 0; i < shape.length - 1 && shape[i] == 1; i++) {
        dimensions--;
      }
      return dimensions >= 2
          && dimensions <= 3
          && name.endsWith("weight")
          && KEPT.stream().noneMatch(name::contains)
          && Quants.supported(t.type());
    }
  }
}
