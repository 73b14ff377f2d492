package dev.ocelli.engine.kernels;

import dev.ocelli.engine.kernels.jit.AttentionFunctions;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Floats;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Attention shared among workers.
 *
 * <p>With many queries a task takes one key-value head and some rows, so that keys and values are
 * converted once for all their queries. With few queries of one sequence over a long context a task
 * takes one span of it, and a second step joins the spans in order; the arithmetic is the same.
 */
final class Attention {
  /** Queries of a task. */
  private static final int QUERIES = 240;

  private static final int BLOCK = KvLayout.BLOCK_TOKENS;
  private static final int SPAN = ScalarAttention.SPAN_BLOCKS * BLOCK;

  /** Multiplications below which other threads are not worth waking. */
  private static final long SMALL = 1 << 15;

  /** What storing a number costs, in multiplications: each may be in a line of its own. */
  private static final int STORE_COST = 32;

  private static final KvRows[] NO_ROWS = {};
  private static final KvLayout NO_LAYOUT = new KvLayout(0, 1, 1, DType.F32, DType.F32);

  /** Multiply-adds done one at a time before vectors are worth their warming up. */
  private static final long SCALAR_WORK = 64 << 20;

  private final Workers workers;
  private final ColdStart start;

  /** Whether many queries are computed at once, or one number after the other. */
  private boolean tiled;

  private final @Nullable VectorFold[] folds;
  private final Function<KvLayout, Optional<AttentionFunctions>> emitted;

  /** Machine code for the layout that was asked for last. */
  private Optional<AttentionFunctions> functions = Optional.empty();

  private KvLayout layoutOfFunctions = NO_LAYOUT;
  private final @Nullable HeadFold[] emittedFolds;
  private final Store store = new Store();
  private final Causal causal = new Causal();
  private final Spans spans = new Spans();
  private final Join join = new Join();
  private final Full full = new Full();

  /** States of spans that wait to be joined. */
  private final Scratch states = new Scratch();

  /**
   * @param simd how it is done where there is no machine code
   * @param emitted machine code for a layout of the cache
   */
  Attention(Workers workers, Simd simd, Function<KvLayout, Optional<AttentionFunctions>> emitted) {
    this.workers = workers;
    this.emitted = emitted;
    start = new ColdStart(simd, SCALAR_WORK);
    folds = new @Nullable VectorFold[workers.threads()];
    emittedFolds = new @Nullable HeadFold[workers.threads()];
  }

  /** The machine code for a layout. */
  private Optional<AttentionFunctions> functions(KvLayout l) {
    if (!l.equals(layoutOfFunctions)) {
      layoutOfFunctions = l;
      functions = emitted.apply(l);
      Arrays.fill(emittedFolds, null);
    }
    return functions;
  }

  private void share(int tasks, long work, Workers.Task task) {
    if (work > SMALL) {
      workers.run(tasks, task);
    } else {
      for (int i = 0; i < tasks; i++) {
        task.run(i, 0);
      }
    }
  }

  private VectorFold vectorFold(int worker, KvLayout l) {
    VectorFold f = folds[worker];
    if (f == null) {
      f = new VectorFold(QUERIES, Tile.ROW);
      folds[worker] = f;
    }
    f.setLayout(l);
    return f;
  }

  /** For the layout of the present operation. */
  private HeadFold fold(int worker) {
    if (functions.isEmpty()) {
      return vectorFold(worker, causal.layout);
    }
    HeadFold f = emittedFolds[worker];
    if (f == null) {
      f = functions.get().fold(QUERIES);
      emittedFolds[worker] = f;
    }
    return f;
  }

  /** Stores keys and values of new tokens, a task a head of a sequence. */
  void store(Floats qkv, int keyColumn, int valueColumn, KvRows[] step, int layer) {
    KvLayout l = step[0].kv().layout();
    if (l.headDim() > Tile.ROW) {
      throw new IllegalArgumentException(
          "heads of %d values are larger than %d".formatted(l.headDim(), Tile.ROW));
    }
    store.qkv = qkv;
    store.keyColumn = keyColumn;
    store.valueColumn = valueColumn;
    store.step = step;
    store.functions = functions(l).orElse(null);
    store.heads = l.heads();
    store.layer = layer;
    share(l.heads() * step.length, (long) qkv.rows() * l.heads() * l.headDim() * STORE_COST, store);
  }

  private static final class Store implements Workers.Task {
    Floats qkv = Rows.NONE;
    int keyColumn;
    int valueColumn;
    KvRows[] step = NO_ROWS;
    @Nullable AttentionFunctions functions;
    int heads;
    int layer;

    @Override
    public void run(int index, int worker) {
      KvRows rows = step[index / heads];
      int head = index % heads;
      if (functions == null) {
        ScalarAttention.store(qkv, keyColumn, valueColumn, rows, layer, head);
      } else {
        emitted(functions, rows, head);
      }
    }

    private void emitted(AttentionFunctions f, KvRows rows, int head) {
      KvLayout l = f.layout();
      int dim = l.headDim();
      long keys = l.keyOffset(layer, head);
      long values = l.valueOffset(layer, head);
      MemorySegment x = qkv.segment();
      for (int i = 0; i < rows.count(); i++) {
        int token = rows.firstToken() + i;
        int slot = token % BLOCK;
        MemorySegment block = rows.kv().blocks().get(token / BLOCK);
        long key = qkv.offset(rows.row() + i) + 4L * (keyColumn + head * dim);
        long value = qkv.offset(rows.row() + i) + 4L * (valueColumn + head * dim);
        if (f.storesKeys()) {
          f.storeKey(block, keys, slot, x, key);
        } else {
          CacheQ8.storeKey(block, keys, dim, slot, x, key);
        }
        if (f.storesValues()) {
          f.storeValue(block, values, slot, x, value);
        } else {
          CacheQ8.storeValue(block, values, dim, slot, x, value);
        }
      }
    }
  }

  void causal(Floats q, int heads, KvRows[] step, int layer, Floats out) {
    KvLayout l = step[0].kv().layout();
    if (heads % l.heads() != 0 || heads / l.heads() > QUERIES) {
      throw new IllegalArgumentException(
          "%d query heads cannot share %d key-value heads".formatted(heads, l.heads()));
    }
    if (out.rows() != q.rows() || out.columns() != heads * l.headDim()) {
      throw new IllegalArgumentException(
          "%d rows of %d heads do not fit into [%d, %d]"
              .formatted(q.rows(), heads, out.rows(), out.columns()));
    }
    causal.q = q;
    causal.heads = heads;
    causal.layer = layer;
    causal.out = out;
    causal.layout = l;
    int group = heads / l.heads();
    KvRows first = step[0];
    int spanCount = (first.tokens() + SPAN - 1) / SPAN;
    long work = 0;
    for (KvRows rows : step) {
      work += causal.work(rows);
    }
    tiled = functions(l).isPresent() || start.vector(work);
    if (tiled && step.length == 1 && first.count() * group <= Tile.ROWS && spanCount > 1) {
      spans.sequence = first;
      spans.count = spanCount;
      spans.bytes = first.count() * group * fold(0).spanBytes();
      long needed = l.heads() * spanCount * spans.bytes;
      states.need(needed);
      share(l.heads() * spanCount, causal.work(first), spans);
      share(l.heads(), needed / 4, join);
      return;
    }
    int tasks = 0;
    causal.step = step;
    if (causal.firstTask.length < step.length) {
      causal.firstTask = new int[2 * step.length];
    }
    for (int i = 0; i < step.length; i++) {
      causal.firstTask[i] = tasks;
      tasks += causal.tasks(step[i].count());
    }
    share(tasks, work, causal);
  }

  /** All queries of a key-value head in some rows of a sequence. */
  private final class Causal implements Workers.Task {
    Floats q = Rows.NONE;
    int heads;
    KvRows[] step = NO_ROWS;
    int layer;
    Floats out = Rows.NONE;
    KvLayout layout = NO_LAYOUT;

    /** By sequence. */
    int[] firstTask = new int[8];

    long work(KvRows s) {
      return (long) s.count() * heads * layout.headDim() * s.tokens();
    }

    private int rowsPerTask(int rows) {
      int group = heads / layout.heads();
      int most = Math.max(1, QUERIES / group);
      return rows < 4 * most ? Math.max(1, Tile.ROWS * 4 / group) : most;
    }

    private int parts(int rows) {
      int each = rowsPerTask(rows);
      return (rows + each - 1) / each;
    }

    int tasks(int rows) {
      return tiled ? layout.heads() * parts(rows) : rows * heads;
    }

    @Override
    public void run(int index, int worker) {
      int i = step.length - 1;
      while (firstTask[i] > index) {
        i--;
      }
      KvRows s = step[i];
      int task = index - firstTask[i];
      if (!tiled) {
        int r = task / heads;
        ScalarAttention.causal(
            q, s.row() + r, task % heads, heads, s.kv(), layer, s.firstToken() + r + 1, out);
        return;
      }
      int head = task % layout.heads();
      /* Later rows see more keys; the longest tasks come first. */
      int part = parts(s.count()) - 1 - task / layout.heads();
      int from = part * rowsPerTask(s.count());
      int to = Math.min(s.count(), from + rowsPerTask(s.count()));
      HeadFold f = fold(worker);
      KvRows rows = s.part(from, to);
      begin(f, rows, head);
      for (int t = 0; t < rows.tokens(); t += SPAN) {
        foldSpan(f, rows, head, t);
        f.endSpan();
      }
      finish(f, rows, head);
    }

    void begin(HeadFold f, KvRows rows, int head) {
      int dim = layout.headDim();
      int group = heads / layout.heads();
      f.begin(rows.count() * group);
      for (int r = 0, i = 0; r < rows.count(); r++) {
        for (int g = 0; g < group; g++, i++) {
          f.setQuery(i, q.segment(), q.offset(rows.row() + r) + 4L * (head * group + g) * dim);
        }
      }
    }

    /** Folds the span from a token on. */
    void foldSpan(HeadFold f, KvRows rows, int head, int from) {
      int group = heads / layout.heads();
      int to = Math.min(rows.tokens(), from + SPAN);
      f.beginSpan();
      List<MemorySegment> blocks = rows.kv().blocks();
      for (int t = from; t < to; t += BLOCK) {
        int b = t / BLOCK;
        f.loadBlock(blocks.get(b), blocks.get(Math.min(b + 1, blocks.size() - 1)), layer, head);
        for (int r = 0, i = 0; r < rows.count(); r++) {
          int visible = Math.clamp(rows.firstToken() + r + 1L - t, 0, BLOCK);
          for (int g = 0; g < group; g++, i++) {
            f.see(i, visible);
          }
        }
        f.fold();
      }
    }

    void finish(HeadFold f, KvRows rows, int head) {
      int dim = layout.headDim();
      int group = heads / layout.heads();
      for (int r = 0, i = 0; r < rows.count(); r++) {
        for (int g = 0; g < group; g++, i++) {
          f.store(i, out.segment(), out.offset(rows.row() + r) + 4L * (head * group + g) * dim);
        }
      }
    }
  }

  /** One span of the context of a key-value head, for all rows of the only sequence. */
  private final class Spans implements Workers.Task {
    KvRows sequence = new KvRows(0, 0, NoView.INSTANCE, 0);
    int count;

    /** Bytes of a span's state. */
    long bytes;

    @Override
    public void run(int index, int worker) {
      int head = index / count;
      HeadFold f = fold(worker);
      causal.begin(f, sequence, head);
      causal.foldSpan(f, sequence, head, index % count * SPAN);
      f.saveSpan(states.segment(), index * bytes);
    }
  }

  /** Joins the spans of a key-value head in their order. */
  private final class Join implements Workers.Task {
    @Override
    public void run(int head, int worker) {
      KvRows s = spans.sequence;
      HeadFold f = fold(worker);
      f.begin(s.count() * (causal.heads / causal.layout.heads()));
      for (int i = 0; i < spans.count; i++) {
        f.joinSaved(states.segment(), (head * spans.count + i) * spans.bytes);
      }
      causal.finish(f, s, head);
    }
  }

  void close() {
    states.close();
  }

  /** Fails unless the shapes of {@link Compute#fullAttention} fit each other. */
  static void requireSegments(Floats qkv, int heads, int[] segments, Floats out) {
    int dim = qkv.columns() / 3 / heads;
    if (3 * heads * dim != qkv.columns() || dim > Tile.ROW || out.columns() != heads * dim) {
      throw new IllegalArgumentException(
          "%d columns are not queries, keys and values of %d heads for %d outputs"
              .formatted(qkv.columns(), heads, out.columns()));
    }
    int total = 0;
    for (int rows : segments) {
      total += rows;
    }
    if (total != qkv.rows() || out.rows() != total) {
      throw new IllegalArgumentException(
          "segments of %d rows in all do not make up %d rows".formatted(total, qkv.rows()));
    }
  }

  void full(Floats qkv, int heads, int[] segments, Floats out) {
    int dim = qkv.columns() / 3 / heads;
    int from = 0;
    for (int rows : segments) {
      full.qkv = qkv;
      full.heads = heads;
      full.first = from;
      full.rows = rows;
      full.out = out;
      long work = (long) rows * rows * heads * dim;
      tiled = start.vector(work);
      full.rowsPerTask = tiled ? QUERIES : 1;
      int parts = (rows + full.rowsPerTask - 1) / full.rowsPerTask;
      share(parts * heads, work, full);
      from += rows;
    }
  }

  /** One head in some rows of a segment. */
  private final class Full implements Workers.Task {
    Floats qkv = Rows.NONE;
    int heads;
    int first;
    int rows;
    Floats out = Rows.NONE;
    int rowsPerTask;

    @Override
    public void run(int index, int worker) {
      int head = index % heads;
      int from = first + index / heads * rowsPerTask;
      int to = Math.min(first + rows, from + rowsPerTask);
      if (!tiled) {
        ScalarAttention.full(qkv, heads, first, rows, from, head, out);
        return;
      }
      int dim = qkv.columns() / 3 / heads;
      VectorFold f = vectorFold(worker, new KvLayout(1, 1, dim, DType.F32, DType.F32));
      f.begin(to - from);
      for (int r = from; r < to; r++) {
        f.setQuery(r - from, qkv.segment(), qkv.offset(r) + 4L * head * dim);
      }
      for (int span = 0; span < rows; span += SPAN) {
        f.beginSpan();
        for (int t = span; t < Math.min(rows, span + SPAN); t += BLOCK) {
          int n = Math.min(BLOCK, rows - t);
          f.loadRows(qkv, first + t, n, (heads + head) * dim, (2 * heads + head) * dim);
          f.seeAll(n);
          f.fold();
        }
        f.endSpan();
      }
      for (int r = from; r < to; r++) {
        f.store(r - from, out.segment(), out.offset(r) + 4L * head * dim);
      }
    }
  }

  /** No cache. */
  private enum NoView implements KvView {
    INSTANCE;

    @Override
    public KvLayout layout() {
      return NO_LAYOUT;
    }

    @Override
    public List<MemorySegment> blocks() {
      return List.of();
    }
  }
}
