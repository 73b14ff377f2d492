package dev.ocelli.engine.kernels;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.kernels.jit.HugePages;
import dev.ocelli.engine.quant.Quants;
import dev.ocelli.engine.tensor.BlockScales;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Floats;
import dev.ocelli.engine.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Turns tensors of a file into matrices and float tables; their memory belongs to an arena. */
public final class WeightLoader implements Weights {
  /** Offsets in scratch memory are ints; no model comes near. */
  private static final int MAX_DIMENSION = 1 << 24;

  private static final int FLOATS_PER_TASK = 1 << 16;

  /** Bytes of a file that a task packs: so much of it, a thread, is in memory at a time. */
  private static final long BYTES_PER_TASK = 1 << 20;

  /** Tasks a thread that a matrix is split into at least, so that no thread waits long. */
  private static final int TASKS_PER_THREAD = 4;

  private final KernelSet kernels;
  private final Workers workers;
  private final Arena arena;
  private final PackedMemory memory;
  private final LoadMode mode;
  private final WeightConversion conversion;
  private long packedBytes;

  /**
   * Loads for the best kernels whose products are exact but for float32 rounding.
   *
   * @param workers share the packing
   * @param arena owns packed weights; shared between threads
   */
  public WeightLoader(Workers workers, Arena arena) {
    this(KernelSet.best(Activations.EXACT), workers, arena);
  }

  /**
   * Loads for chosen kernels.
   *
   * @param kernels say how each type is packed and computed
   * @param workers share the packing
   * @param arena owns packed weights; shared between threads
   */
  public WeightLoader(KernelSet kernels, Workers workers, Arena arena) {
    this(kernels, workers, arena, LoadMode.REPACK);
  }

  /**
   * Loads for chosen kernels in a chosen way.
   *
   * @param kernels say how each type is packed and computed
   * @param workers share the packing
   * @param arena owns packed weights; shared between threads
   * @param mode whether weights are packed at all
   */
  public WeightLoader(KernelSet kernels, Workers workers, Arena arena, LoadMode mode) {
    this(kernels, workers, arena, mode, WeightConversion.NONE);
  }

  /** The same for weights that get another type. */
  public WeightLoader(
      KernelSet kernels, Workers workers, Arena arena, LoadMode mode, WeightConversion conversion) {
    this.mode = mode;
    this.conversion = conversion;
    this.kernels = kernels;
    this.workers = workers;
    this.arena = arena;
    this.memory = new PackedMemory(arena);
  }

  @Override
  public Matrix matrix(Tensor tensor) {
    requireDimensions(tensor, 2);
    int rows = dimension(tensor, tensor.shape()[0]);
    int columns = dimension(tensor, tensor.shape()[1]);
    requireBytes(tensor);
    requireNumbers(tensor);
    if (conversion.type(tensor) != tensor.type()) {
      return convert(tensor, tensor.name(), 0, rows, columns);
    }
    return load(tensor, tensor.name(), tensor.data(), rows, columns, tensor.scales());
  }

  @Override
  public Matrix[] matrices(Tensor tensor) {
    requireDimensions(tensor, 3);
    Matrix[] all = new Matrix[dimension(tensor, tensor.shape()[0])];
    int rows = dimension(tensor, tensor.shape()[1]);
    int columns = dimension(tensor, tensor.shape()[2]);
    requireBytes(tensor);
    requireNumbers(tensor);
    long bytes = rows * tensor.type().bytes(columns);
    BlockScales scales = tensor.scales();
    boolean converted = conversion.type(tensor) != tensor.type();
    for (int i = 0; i < all.length; i++) {
      if (converted) {
        all[i] = convert(tensor, tensor.name() + "[" + i + "]", (long) i * rows, rows, columns);
        continue;
      }
      MemorySegment data = tensor.data().asSlice(i * bytes, bytes);
      String name = tensor.name() + "[" + i + "]";
      all[i] =
          load(tensor, name, data, rows, columns, scales == null ? null : scales.ofMatrix(i, rows));
    }
    return all;
  }

  @Override
  public Floats floats(Tensor tensor) {
    requireConvertible(tensor);
    int columns = dimension(tensor, tensor.columns());
    requireBytes(tensor);
    int rows = dimension(tensor, tensor.rows());
    Floats f = Floats.allocate(arena, rows, columns);
    requireNumbers(tensor);
    int rowsPerTask = Math.max(1, FLOATS_PER_TASK / columns);
    workers.run(
        (rows + rowsPerTask - 1) / rowsPerTask,
        (i, worker) -> {
          float[] row = new float[columns];
          for (int r = i * rowsPerTask; r < Math.min(rows, (i + 1) * rowsPerTask); r++) {
            Quants.dequantizeRow(tensor, r, row);
            MemorySegment.copy(row, 0, f.segment(), ValueLayout.JAVA_FLOAT, f.offset(r), columns);
          }
        });
    HugePages.drop(tensor.data());
    return f;
  }

  private Matrix load(
      Tensor tensor,
      String name,
      MemorySegment data,
      int rows,
      int columns,
      @Nullable BlockScales scales) {
    MatrixKernel kernel = kernels.forLoading(mode, tensor.type(), columns, scales);
    long bytes = kernel.packedBytes(rows, columns);
    if (bytes == 0) {
      return new Matrix(name, rows, columns, kernel, data);
    }
    MemorySegment packed = memory.allocate(bytes);
    int groups = (rows + kernel.rowGroup() - 1) / kernel.rowGroup();
    long groupBytes = tensor.type().bytes(columns) * kernel.rowGroup();
    int perTask = groupsPerTask(groups, groupBytes);
    workers.run(
        (groups + perTask - 1) / perTask,
        (i, worker) -> {
          int from = i * perTask;
          int to = Math.min(groups, from + perTask);
          kernel.pack(data, rows, columns, from, to, packed);
          if (scales != null) {
            kernel.packScales(scales, rows, columns, from, to, packed);
          }
          long start = from * groupBytes;
          HugePages.drop(data.asSlice(start, Math.min(data.byteSize(), to * groupBytes) - start));
        });
    packedBytes += bytes;
    // What of the file lies on the borders of tasks.
    HugePages.drop(data);
    return new Matrix(name, rows, columns, kernel, packed);
  }

  private int groupsPerTask(int groups, long groupBytes) {
    long most =
        Math.min(BYTES_PER_TASK / groupBytes, groups / (workers.threads() * TASKS_PER_THREAD));
    return (int) Math.max(1, most);
  }

  /**
   * Loads a matrix whose weights get another type: some rows at a time, so that it is never in
   * memory in both.
   *
   * @param firstRow of the matrix, among those of all of a stack
   */
  private Matrix convert(Tensor tensor, String name, long firstRow, int rows, int columns) {
    DType type = conversion.type(tensor);
    MatrixKernel kernel = kernels.forLoading(mode, type, columns, null);
    boolean inPlace = kernel.packedBytes(rows, columns) == 0;
    int group = kernel.rowGroup();
    int groups = Math.ceilDiv(rows, group);
    long groupBytes = group * type.bytes(columns);
    long packedGroup = inPlace ? groupBytes : kernel.packedBytes(group, columns);
    long bytes = inPlace ? rows * type.bytes(columns) : groups * packedGroup;
    MemorySegment target = memory.allocate(bytes);
    int perTask = groupsPerTask(groups, groupBytes);
    long sourceRow = tensor.type().bytes(columns);
    workers.run(
        Math.ceilDiv(groups, perTask),
        (i, worker) -> {
          int from = i * perTask;
          int to = Math.min(groups, from + perTask);
          long first = (long) from * group;
          int count = (int) (Math.min(rows, (long) to * group) - first);
          long rowBytes = count * type.bytes(columns);
          if (inPlace) {
            conversion.convert(
                tensor, firstRow + first, count, target.asSlice(from * groupBytes, rowBytes));
          } else {
            try (Arena scratch = Arena.ofConfined()) {
              MemorySegment converted = scratch.allocate(rowBytes, Long.BYTES);
              conversion.convert(tensor, firstRow + first, count, converted);
              MemorySegment own = target.asSlice(from * packedGroup, (to - from) * packedGroup);
              kernel.pack(converted, count, columns, 0, to - from, own);
            }
          }
          HugePages.drop(tensor.data().asSlice((firstRow + first) * sourceRow, count * sourceRow));
        });
    packedBytes += bytes;
    return new Matrix(name, rows, columns, kernel, target);
  }

  /**
   * Kernels convert FP8 by arithmetic that makes numbers of its NaN, which no sound file has; so
   * they are refused.
   */
  private void requireNumbers(Tensor tensor) {
    if (tensor.type() != DType.F8_E4M3) {
      return;
    }
    long bytes = tensor.data().byteSize();
    AtomicLong first = new AtomicLong(Long.MAX_VALUE);
    workers.run(
        Math.toIntExact(Math.ceilDiv(bytes, BYTES_PER_TASK)),
        (i, worker) -> {
          long from = (long) i * BYTES_PER_TASK;
          long at = Quants.findNan(tensor.data(), from, Math.min(bytes, from + BYTES_PER_TASK));
          if (at >= 0) {
            first.accumulateAndGet(at, Math::min);
          }
        });
    long at = first.get();
    if (at != Long.MAX_VALUE) {
      throw new OcelliException(
          OcelliException.Kind.MODEL,
          "%s: tensor '%s' holds no number (NaN) in row %d, column %d; the file is damaged, download it again"
              .formatted(
                  tensor.origin(), tensor.name(), at / tensor.columns(), at % tensor.columns()));
    }
  }

  /** Bytes of packed weights so far. */
  public long packedBytes() {
    return packedBytes;
  }

  /** Keeps packed weights from being swapped out; the bytes for which the system allows it. */
  public long lock() {
    return memory.lock();
  }

  /** The data must be all there before workers read it, and rows a whole number of blocks. */
  static void requireBytes(Tensor tensor) {
    int block = tensor.type().blockValues();
    if (tensor.columns() % block != 0) {
      throw new OcelliException(
          OcelliException.Kind.MODEL,
          "%s: tensor '%s' has rows of %d values, but %s stores blocks of %d; the file is damaged"
              .formatted(tensor.origin(), tensor.name(), tensor.columns(), tensor.type(), block));
    }
    long needed = bytes(tensor);
    if (tensor.data().byteSize() != needed) {
      throw new OcelliException(
          OcelliException.Kind.MODEL,
          "%s: tensor '%s' of shape %s and type %s takes %d bytes, but the file has %d for it; the file is damaged"
              .formatted(
                  tensor.origin(),
                  tensor.name(),
                  Arrays.toString(tensor.shape()),
                  tensor.type(),
                  needed,
                  tensor.data().byteSize()));
    }
  }

  /** What the shape takes, or -1 when that is more than can be. */
  private static long bytes(Tensor tensor) {
    try {
      long values = 1;
      for (long d : tensor.shape()) {
        values = Math.multiplyExact(values, d);
      }
      return tensor.type().bytes(values);
    } catch (ArithmeticException e) {
      return -1;
    }
  }

  static int dimension(Tensor tensor, long size) {
    if (size < 1 || size > MAX_DIMENSION) {
      throw new OcelliException(
          OcelliException.Kind.MODEL,
          "%s: tensor '%s' has shape %s; dimensions from 1 to %d can be computed with"
              .formatted(
                  tensor.origin(), tensor.name(), Arrays.toString(tensor.shape()), MAX_DIMENSION));
    }
    return (int) size;
  }

  static void requireConvertible(Tensor tensor) {
    if (!KernelSet.supported(tensor.type())) {
      throw new OcelliException(
          OcelliException.Kind.MODEL,
          "%s: tensor '%s' has type %s, which cannot be computed with; use a file with another quantization"
              .formatted(tensor.origin(), tensor.name(), tensor.type()));
    }
  }

  static void requireDimensions(Tensor tensor, int dimensions) {
    requireConvertible(tensor);
    if (tensor.shape().length != dimensions) {
      throw new OcelliException(
          OcelliException.Kind.MODEL,
          "%s: tensor '%s' has shape %s, but %d dimensions are needed; the file does not belong to this architecture or is damaged"
              .formatted(
                  tensor.origin(), tensor.name(), Arrays.toString(tensor.shape()), dimensions));
    }
  }
}
