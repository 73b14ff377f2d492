package dev.ocelli.engine.kernels.jit;

import dev.ocelli.engine.kernels.KvLayout;
import dev.ocelli.engine.kernels.MatrixKernel;
import dev.ocelli.engine.tensor.BlockScales;
import dev.ocelli.engine.tensor.DType;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Matrix kernels as machine code that is written when the process starts to need it.
 *
 * <p>Results are bit-identical for any split of rows and tokens, and the same at every level.
 */
public final class EmittedKernels {
  /**
   * What is possible on this machine.
   *
   * @param level the best level; VECTOR_API when no code can be emitted
   * @param executableMemory whether memory could be made executable
   * @param bfloat16 whether the processor multiplies bfloat16
   * @param reason why no code can be emitted, one line; empty when it can
   */
  public record Status(Level level, boolean executableMemory, boolean bfloat16, String reason) {}

  private static final EmittedKernels INSTANCE = ofThisMachine();

  private final Status status;
  private final @Nullable Machine machine;
  private final Map<Level, Map<DType, MatrixKernel>> kernels = new EnumMap<>(Level.class);

  /** For FP8 weights, by the columns that share a packed factor. */
  private final Map<Level, Map<Integer, MatrixKernel>> scaled = new EnumMap<>(Level.class);

  private final Map<DType, MatrixKernel> bfloats = new EnumMap<>(DType.class);
  private final Map<Level, TileProduct> products = new EnumMap<>(Level.class);
  private @Nullable TileProduct bfloatProduct;

  private EmittedKernels(Status status, @Nullable Machine machine) {
    this.status = status;
    this.machine = machine;
  }

  private static EmittedKernels ofThisMachine() {
    try {
      return of(SystemMemory.ofThisMachine());
    } catch (Unavailable e) {
      return unavailable(e);
    }
  }

  private static EmittedKernels unavailable(Unavailable e) {
    return new EmittedKernels(new Status(Level.VECTOR_API, false, false, e.reason()), null);
  }

  /** Kernels on given pages; with none when they cannot be made executable. */
  static EmittedKernels of(SystemMemory system) {
    Machine machine;
    try {
      machine = Machine.probe(system);
    } catch (Unavailable e) {
      return unavailable(e);
    }
    Cpu cpu = machine.cpu();
    EmittedKernels e =
        new EmittedKernels(new Status(cpu.best(), true, cpu.avx512Bf16(), ""), machine);
    Formats formats =
        new Formats(
            new SuperblockActivations(machine),
            new BlockActivations(machine),
            new FloatActivations(machine));
    for (Level level : Level.values()) {
      machine
          .isa(level)
          .ifPresent(isa -> {
            e.kernels.put(level, atLevel(machine, isa, formats));
            e.scaled.put(level, scaledAtLevel(machine, isa, formats));
            Family f = new FloatEmitter(isa, DType.F32);
            e.products.put(level, new TileProduct(machine, isa, f, formats.floats));
          });
    }
    if (cpu.avx512Bf16()) {
      machine.isa(Level.AVX512_VNNI).ifPresent(isa -> e.addBfloats(machine, isa));
    }
    return e;
  }

  private void addBfloats(Machine machine, Isa isa) {
    BfloatActivations format = new BfloatActivations(machine);
    for (DType t : List.of(DType.F32, DType.F16, DType.BF16)) {
      bfloats.put(t, new PackedKernel(machine, new BfloatEmitter(isa, t), format));
    }
    bfloatProduct = new TileProduct(machine, isa, new BfloatEmitter(isa, DType.F32), format);
  }

  /** One instance each, because formats are compared by identity. */
  private record Formats(
      SuperblockActivations superblocks, BlockActivations blocks, FloatActivations floats) {}

  private static Map<DType, MatrixKernel> atLevel(Machine machine, Isa isa, Formats formats) {
    Map<DType, MatrixKernel> kernels = new EnumMap<>(DType.class);
    for (SuperblockType t : SuperblockType.values()) {
      Family f = new SuperblockEmitter(isa, t);
      kernels.put(t.type(), new PackedKernel(machine, f, formats.superblocks));
    }
    for (BlockType t : BlockType.values()) {
      Family f = new BlockEmitter(isa, t);
      kernels.put(t.type(), new PackedKernel(machine, f, formats.blocks));
    }
    for (DType t : List.of(DType.F32, DType.F16, DType.BF16)) {
      kernels.put(t, new PackedKernel(machine, new FloatEmitter(isa, t), formats.floats));
    }
    for (DType t : List.of(DType.Q1_0, DType.Q2_0)) {
      Family f = new RecodedFamily(new BlockEmitter(isa, BlockType.Q4_0), t);
      kernels.put(t, new PackedKernel(machine, f, formats.blocks));
    }
    Family f = new RecodedFamily(new FloatEmitter(isa, DType.F16), DType.NVFP4);
    kernels.put(DType.NVFP4, new PackedKernel(machine, f, formats.floats));
    return kernels;
  }

  private static Map<Integer, MatrixKernel> scaledAtLevel(
      Machine machine, Isa isa, Formats formats) {
    Map<Integer, MatrixKernel> kernels = new HashMap<>();
    for (int columns : E4m3Emitter.SCALE_COLUMNS) {
      kernels.put(
          columns, new PackedKernel(machine, new E4m3Emitter(isa, columns), formats.floats));
    }
    return kernels;
  }

  /**
   * The kernel for a matrix with factors in a tensor of their own; empty when the level or the
   * blocks' width has none.
   */
  public static Optional<MatrixKernel> findScaled(
      DType type, BlockScales scales, int columns, Level level) {
    return type == DType.F8_E4M3
        ? Optional.ofNullable(
            INSTANCE
                .scaled
                .getOrDefault(level, Map.of())
                .get(E4m3Emitter.scaleColumns(scales, columns)))
        : Optional.empty();
  }

  /** The kernel for weights of a type at a level; empty when there is none on this machine. */
  public static Optional<MatrixKernel> find(DType type, Level level) {
    return INSTANCE.kernel(type, level);
  }

  /**
   * The kernel that rounds weights and activations to bfloat16; empty when the level or the
   * processor has none. It needs an even number of columns.
   */
  public static Optional<MatrixKernel> findBfloat(DType type, Level level) {
    return level == Level.AVX512_VNNI
        ? Optional.ofNullable(INSTANCE.bfloats.get(type))
        : Optional.empty();
  }

  /** Operations on rows; empty when the level is not emitted or does not run here. */
  public static Optional<RowFunctions> rowFunctions(Level level, RowConstants constants) {
    Machine m = INSTANCE.machine;
    return m == null
        ? Optional.empty()
        : m.isa(level).map(isa -> new RowFunctions(m, isa, constants));
  }

  /**
   * Attention over caches of a layout; empty when the level is not emitted or has no code for it.
   */
  public static Optional<AttentionFunctions> attention(
      Level level, RowConstants constants, KvLayout layout) {
    Machine m = INSTANCE.machine;
    return m == null || !AttentionFunctions.fits(layout)
        ? Optional.empty()
        : m.isa(level).map(isa -> new AttentionFunctions(m, isa, constants, layout));
  }

  /** Loops that measure the machine; empty when the level is not emitted or does not run here. */
  public static Optional<PeakLoops> peakLoops(Level level) {
    Machine m = INSTANCE.machine;
    return m == null ? Optional.empty() : m.isa(level).map(isa -> new PeakLoops(m, isa));
  }

  /** Products of small matrices that are made on the way, in float32 or bfloat16. */
  public static Optional<TileProduct> product(Level level, boolean bfloat) {
    return Optional.ofNullable(
        !bfloat
            ? INSTANCE.products.get(level)
            : level == Level.AVX512_VNNI ? INSTANCE.bfloatProduct : null);
  }

  /** What is possible on this machine. */
  public static Status status() {
    return INSTANCE.status;
  }

  Optional<MatrixKernel> kernel(DType type, Level level) {
    return Optional.ofNullable(kernels.getOrDefault(level, Map.of()).get(type));
  }

  Status ownStatus() {
    return status;
  }
}
