package dev.ocelli.engine.kernels;

import dev.ocelli.engine.tensor.Floats;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Matrix products shared among workers: activations are encoded once for all matrices that want the
 * same form, then rows of all matrices are handed out.
 */
final class MatMul {
  /** Multiplications below which other threads are not worth waking. */
  private static final long SMALL = 1 << 15;

  /** Tasks a thread should get, so that a slow one can take fewer. */
  private static final int TASKS_PER_THREAD = 8;

  /** The same with many tokens: a task takes longer, and the last ones are waited for. */
  private static final int PROMPT_TASKS_PER_THREAD = 24;

  /** With many tokens a task takes so many rows, which share the loading of activations. */
  private static final int PROMPT_ROWS = PanelScratch.GROUPS * 64;

  /** Fewest tokens of a task when tokens are split too; a multiple of every kernel's tile. */
  private static final int PROMPT_TOKENS = 240;

  /** Most tokens of a task, so that what waits for a task to end does not wait long. */
  private static final int MOST_TOKENS = 8 * PROMPT_TOKENS;

  private final Workers workers;
  private final Encoded[] encoded = new Encoded[8];
  private int formats;
  private final Encode encode = new Encode();
  private final Multiply multiply = new Multiply();

  MatMul(Workers workers) {
    this.workers = workers;
    for (int i = 0; i < encoded.length; i++) {
      encoded[i] = new Encoded();
    }
  }

  void run(Matrix[] ws, Floats x, Floats y) {
    long work = check(ws, x, y);
    if (x.rows() == 0) {
      return;
    }
    formats = 0;
    for (Matrix w : ws) {
      encode(w.kernel().activations(), x, work > SMALL);
    }
    multiply.prepare(ws, x, y, work > SMALL ? workers.threads() : 1);
    if (work > SMALL) {
      workers.run(multiply.tasks, multiply);
    } else {
      for (int i = 0; i < multiply.tasks; i++) {
        multiply.run(i, 0);
      }
    }
  }

  private static long check(Matrix[] ws, Floats x, Floats y) {
    long rows = 0;
    for (Matrix w : ws) {
      if (w.columns() != x.columns()) {
        throw new IllegalArgumentException(
            "%s has %d columns, its input %d".formatted(w.name(), w.columns(), x.columns()));
      }
      rows += w.rows();
    }
    if (rows != y.columns() || x.rows() != y.rows()) {
      throw new IllegalArgumentException(
          "%s: %d rows of products for %d tokens do not fit into [%d, %d]"
              .formatted(ws[0].name(), rows, x.rows(), y.rows(), y.columns()));
    }
    return rows * x.rows() * x.columns();
  }

  private void encode(ActivationFormat format, Floats x, boolean share) {
    long bytes = format.bytes(x.columns(), x.rows());
    if (bytes == 0 || find(format) != null) {
      return;
    }
    if (formats == encoded.length) {
      throw new IllegalArgumentException("more than 8 forms of activations in one call");
    }
    Encoded e = encoded[formats++];
    e.format = format;
    e.memory.need(bytes);
    if (share && x.rows() > 1) {
      encode.prepare(e, x, workers.threads());
      workers.run(encode.tasks, encode);
    } else {
      format.encode(x, 0, x.rows(), e.memory.segment());
    }
  }

  private @Nullable Encoded find(ActivationFormat format) {
    for (int i = 0; i < formats; i++) {
      if (encoded[i].format == format) {
        return encoded[i];
      }
    }
    return null;
  }

  void close() {
    for (Encoded e : encoded) {
      e.memory.close();
    }
  }

  /** Activations in one form. */
  private static final class Encoded {
    ActivationFormat format = PlainActivations.INSTANCE;
    final Scratch memory = new Scratch();
  }

  /** Encodes rows. */
  private static final class Encode implements Workers.Task {
    private Encoded target = new Encoded();
    private Floats x = new Floats(MemorySegment.NULL, 0, 0);
    private int rows;
    int tasks;

    void prepare(Encoded to, Floats from, int threads) {
      target = to;
      x = from;
      int tile = to.format.rowTile();
      int tiles = (from.rows() + tile - 1) / tile;
      int share = Math.max(1, tiles / (threads * TASKS_PER_THREAD));
      rows = share * tile;
      tasks = (from.rows() + rows - 1) / rows;
    }

    @Override
    public void run(int index, int worker) {
      int from = index * rows;
      int to = Math.min(x.rows(), from + rows);
      target.format.encode(x, from, to, target.memory.segment());
    }
  }

  /** Multiplies some rows of one matrix with some tokens. */
  private final class Multiply implements Workers.Task {
    private Matrix[] ws = new Matrix[0];
    private Floats x = new Floats(MemorySegment.NULL, 0, 0);
    private Floats y = x;
    private int rowsPerTask;
    private int tokensPerTask;
    private int tokenParts;
    int tasks;

    void prepare(Matrix[] matrices, Floats in, Floats out, int threads) {
      ws = matrices;
      x = in;
      y = out;
      int tokens = in.rows();
      int share =
          out.columns() / (threads * (tokens == 1 ? TASKS_PER_THREAD : PROMPT_TASKS_PER_THREAD));
      rowsPerTask =
          threads == 1 ? out.columns() : tokens == 1 ? share : Math.min(PROMPT_ROWS, share);
      rowsPerTask = Math.max(1, rowsPerTask);
      tokensPerTask = Math.min(tokens, MOST_TOKENS);
      if (rowParts() < 3 * threads && tokens > PROMPT_TOKENS) {
        tokensPerTask = PROMPT_TOKENS;
      }
      tokenParts = (tokens + tokensPerTask - 1) / tokensPerTask;
      tasks = rowParts() * tokenParts;
    }

    private int rowParts() {
      int parts = 0;
      for (Matrix w : ws) {
        parts += rowParts(w);
      }
      return parts;
    }

    private int rowParts(Matrix w) {
      int rows = rowsOfTask(w);
      return (w.rows() + rows - 1) / rows;
    }

    /** Whole groups of the kernel. */
    private int rowsOfTask(Matrix w) {
      int group = w.kernel().rowGroup();
      return (rowsPerTask + group - 1) / group * group;
    }

    @Override
    public void run(int index, int worker) {
      int part = index / tokenParts;
      int tokenFrom = index % tokenParts * tokensPerTask;
      int column = 0;
      for (Matrix w : ws) {
        int parts = rowParts(w);
        if (part < parts) {
          int rows = rowsOfTask(w);
          Encoded e = find(w.kernel().activations());
          w.kernel()
              .multiply(
                  w.weights(),
                  w.columns(),
                  part * rows,
                  Math.min(w.rows(), part * rows + rows),
                  x,
                  e == null ? MemorySegment.NULL : e.memory.segment(),
                  tokenFrom,
                  Math.min(x.rows(), tokenFrom + tokensPerTask),
                  y,
                  column);
          return;
        }
        part -= parts;
        column += w.rows();
      }
    }
  }
}
