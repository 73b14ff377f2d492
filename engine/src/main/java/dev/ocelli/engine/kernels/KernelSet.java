package dev.ocelli.engine.kernels;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.kernels.jit.AttentionFunctions;
import dev.ocelli.engine.kernels.jit.EmittedKernels;
import dev.ocelli.engine.kernels.jit.Level;
import dev.ocelli.engine.kernels.jit.RowFunctions;
import dev.ocelli.engine.kernels.jit.TileProduct;
import dev.ocelli.engine.quant.Quants;
import dev.ocelli.engine.tensor.BlockScales;
import dev.ocelli.engine.tensor.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The kernels that a model is computed with, chosen once when it is loaded.
 *
 * <p>A type of weights gets the first of: emitted machine code of the level; the Vector API with
 * packed weights; the Vector API with weights dequantized as they are used (noted as slow). At
 * level {@code scalar} there is one kernel for all types. Thread-safe.
 */
public final class KernelSet {
  private final Level level;
  private final Activations activations;
  private final boolean bfloat16;
  private final Map<DType, MatrixKernel> chosen = new EnumMap<>(DType.class);
  private final Map<DType, MatrixKernel> rounding = new EnumMap<>(DType.class);
  private final SortedSet<String> scaled = new TreeSet<>();
  private final List<SlowPath.Notice> notices = new ArrayList<>();

  private KernelSet(Level level, Activations activations) {
    this(level, activations, false);
  }

  private KernelSet(Level level, Activations activations, boolean bfloat16) {
    this.level = level;
    this.activations = activations;
    this.bfloat16 = bfloat16;
  }

  /** Whether this level multiplies bfloat16 on this machine. */
  public boolean hasBfloat16() {
    return EmittedKernels.product(level, true).isPresent();
  }

  /**
   * The same kernels, but F16 and BF16 weights and what they are multiplied with are rounded to
   * bfloat16, at twice the rate of float32; as they are where the machine has no such instructions.
   */
  public KernelSet withBfloat16() {
    return new KernelSet(level, activations, hasBfloat16());
  }

  /** The same kernels, which report on their own use. */
  public KernelSet copy() {
    return new KernelSet(level, activations, bfloat16);
  }

  /** Whether products are rounded to bfloat16. */
  public boolean bfloat16() {
    return bfloat16;
  }

  /** Operations on rows as machine code; empty where none is emitted. */
  Optional<RowFunctions> rowFunctions() {
    return EmittedKernels.rowFunctions(level, EmittedOps.CONSTANTS);
  }

  /** Attention over caches of a layout as machine code; empty where none is emitted. */
  Optional<AttentionFunctions> attentionFunctions(KvLayout layout) {
    return EmittedKernels.attention(level, EmittedOps.CONSTANTS, layout);
  }

  /** Whether attention over caches of a layout is computed in Java. */
  public boolean attentionInJava(KvLayout layout) {
    return attentionFunctions(layout).isEmpty();
  }

  /** Products for attention over whole segments; empty where they are not emitted. */
  Optional<TileProduct> tileProduct() {
    return EmittedKernels.product(level, bfloat16);
  }

  /** What attention over whole segments multiplies, with heads of so many values. */
  public Arithmetic segmentAttention(int headDim) {
    return bfloat16 && TileAttention.fits(headDim) ? Arithmetic.BFLOAT16 : Arithmetic.FLOAT32;
  }

  /**
   * Bytes that a thread works in for attention over a whole segment.
   *
   * @param rows of the segment
   * @param headDim values of a head
   */
  public long segmentAttentionBytes(int rows, int headDim) {
    return TileAttention.fits(headDim)
        ? tileProduct().map(p -> TileAttention.threadBytes(p, rows, headDim)).orElse(0L)
        : 0;
  }

  /** Bytes that so many rows take in the form in which a matrix is multiplied with them. */
  public static long encodedBytes(Matrix matrix, int rows) {
    return Scratch.grown(matrix.kernel().activations().bytes(matrix.columns(), rows));
  }

  /** The best kernels that this machine and this JVM can run. */
  public static KernelSet best(Activations activations) {
    EmittedKernels.Status emitted = EmittedKernels.status();
    Level best = emitted.level();
    if (best.isEmitted()) {
      KernelSet set = new KernelSet(best, activations);
      set.noteScalar();
      return set;
    }
    KernelSet set =
        new KernelSet(Simd.best() == Simd.VECTOR ? Level.VECTOR_API : Level.SCALAR, activations);
    set.noteScalar();
    set.notices.add(new SlowPath.Notice(SlowPath.NO_MACHINE_CODE, emitted.reason()));
    return set;
  }

  /**
   * Kernels of a level that somebody asked for; types that it has none for get those in Java.
   *
   * @throws OcelliException when this machine or this JVM cannot run them
   */
  public static KernelSet of(Level level, Activations activations) {
    if (!available(level)) {
      throw new OcelliException(
          OcelliException.Kind.USAGE,
          "instruction-set level '%s' is not available here; choose one of: %s"
              .formatted(level.label(), available()));
    }
    KernelSet set = new KernelSet(level, activations);
    if (level != Level.SCALAR) {
      set.noteScalar();
    }
    return set;
  }

  /**
   * Kernels of a level by its name, or the best for {@code auto}.
   *
   * @throws OcelliException when there is no such level or it cannot be run here
   */
  public static KernelSet named(String level, Activations activations) {
    if (level.equals("auto")) {
      return best(activations);
    }
    for (Level l : Level.values()) {
      if (l.label().equals(level)) {
        return of(l, activations);
      }
    }
    throw new OcelliException(
        OcelliException.Kind.USAGE,
        "there is no instruction-set level '%s'; choose auto or one of: %s"
            .formatted(level, available()));
  }

  /** The levels that can be run here, the plainest first. */
  public static List<Level> levels() {
    return Arrays.stream(Level.values()).filter(KernelSet::available).toList();
  }

  private static boolean available(Level level) {
    return switch (level) {
      case SCALAR -> true;
      case VECTOR_API -> Simd.best() == Simd.VECTOR;
      default -> EmittedKernels.find(DType.F32, level).isPresent();
    };
  }

  private static String available() {
    return levels().stream().map(Level::label).collect(Collectors.joining(", "));
  }

  private void noteScalar() {
    if (Simd.best() == Simd.SCALAR) {
      SlowPath path = Simd.hasVectorModule() ? SlowPath.INTERPRETED : SlowPath.NO_VECTOR_MODULE;
      notices.add(new SlowPath.Notice(path, ""));
    }
  }

  /** The level of the matrix products. */
  public Level level() {
    return level;
  }

  /** What may be done to activations. */
  public Activations activations() {
    return activations;
  }

  /** How everything but matrix products is computed. */
  public Simd simd() {
    return level == Level.SCALAR || Simd.best() == Simd.SCALAR ? Simd.SCALAR : Simd.ADAPTIVE;
  }

  /** Whether there are kernels for weights of this type. */
  public static boolean supported(DType type) {
    return Quants.supported(type);
  }

  /**
   * The kernel for a matrix.
   *
   * @param type of the weights
   * @param columns of the matrix; bfloat16 is multiplied in pairs
   * @throws IllegalArgumentException when the type is not {@link #supported}
   */
  public synchronized MatrixKernel kernel(DType type, int columns) {
    if (bfloat16 && columns % 2 == 0 && (type == DType.F16 || type == DType.BF16)) {
      Optional<MatrixKernel> k = EmittedKernels.findBfloat(type, level);
      if (k.isPresent()) {
        rounding.put(type, k.get());
        return k.get();
      }
    }
    return chosen.computeIfAbsent(type, this::choose);
  }

  /**
   * A kernel that computes with the file's bytes in place, exact but for float32 rounding.
   *
   * @throws IllegalArgumentException when the type is not {@link #supported}
   */
  synchronized MatrixKernel inPlace(DType type) {
    return chosen.computeIfAbsent(
        type,
        t -> {
          MatrixKernel best = choose(t);
          if (best.packedBytes(1, t.blockValues()) == 0) {
            return best;
          }
          notices.add(new SlowPath.Notice(SlowPath.MAPPED_WEIGHTS, t.name()));
          return simd() == Simd.SCALAR ? new ScalarKernel(t) : new GenericKernel(t);
        });
  }

  /**
   * The kernel for a matrix with factors in a tensor of their own. Activations stay float32.
   *
   * @param type of the weights
   * @param scales the matrix's factors; packed weights get them by {@link MatrixKernel#packScales}
   * @param columns of the matrix
   */
  public synchronized MatrixKernel scaled(DType type, BlockScales scales, int columns) {
    MatrixKernel kernel =
        EmittedKernels.findScaled(type, scales, columns, level)
            .orElseGet(() -> inJava(type, scales, SlowPath.GENERIC_WEIGHTS));
    scaled.add(kernel.name());
    return kernel;
  }

  /** The same, computing with the file's bytes in place. */
  synchronized MatrixKernel scaledInPlace(DType type, BlockScales scales, int columns) {
    boolean packable = EmittedKernels.findScaled(type, scales, columns, level).isPresent();
    MatrixKernel kernel =
        inJava(type, scales, packable ? SlowPath.MAPPED_WEIGHTS : SlowPath.GENERIC_WEIGHTS);
    scaled.add(kernel.name());
    return kernel;
  }

  private MatrixKernel inJava(DType type, BlockScales scales, SlowPath path) {
    if (simd() == Simd.SCALAR) {
      return new ScalarKernel(type, scales);
    }
    SlowPath.Notice notice = new SlowPath.Notice(path, type.name());
    if (!notices.contains(notice)) {
      notices.add(notice);
    }
    return new GenericKernel(type, scales);
  }

  /**
   * The kernel that loading takes for a matrix.
   *
   * @param mode whether weights are packed at all
   * @param columns of the matrix
   * @param scales factors in a tensor of their own, or null
   */
  MatrixKernel forLoading(LoadMode mode, DType type, int columns, @Nullable BlockScales scales) {
    boolean inPlace = mode == LoadMode.MMAP;
    if (scales != null) {
      return inPlace ? scaledInPlace(type, scales, columns) : scaled(type, scales, columns);
    }
    return inPlace ? inPlace(type) : kernel(type, columns);
  }

  /** Names of the kernels chosen so far. */
  public synchronized List<String> names() {
    return Stream.concat(
            Stream.concat(rounding.values().stream(), chosen.values().stream())
                .map(MatrixKernel::name),
            scaled.stream())
        .toList();
  }

  /** What is slow about the kernels chosen so far, each thing once. */
  public synchronized List<SlowPath.Notice> notices() {
    return List.copyOf(notices);
  }

  private MatrixKernel choose(DType type) {
    if (!supported(type)) {
      throw new IllegalArgumentException("no kernel for weights of type " + type);
    }
    return emitted(type)
        .orElseGet(() -> simd() == Simd.SCALAR ? new ScalarKernel(type) : vector(type));
  }

  private Optional<MatrixKernel> emitted(DType type) {
    boolean exact =
        switch (type) {
          case F32, F16, BF16, NVFP4 -> true;
          default -> false;
        };
    return exact || activations == Activations.QUANTIZED
        ? EmittedKernels.find(type, level)
        : Optional.empty();
  }

  private MatrixKernel vector(DType type) {
    return switch (type) {
      case F32, F16, BF16 -> new PlainKernel(type);
      default -> {
        QuantFormat format = QuantFormat.of(type);
        if (format != null) {
          yield new QuantKernel(format);
        }
        notices.add(new SlowPath.Notice(SlowPath.GENERIC_WEIGHTS, type.name()));
        yield new GenericKernel(type);
      }
    };
  }
}
