package dev.ocelli.engine.kernels;

import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Floats;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Attention shared among workers.
 *
 * <p>With many queries a task takes one key-value head and some rows, so that keys and values are
 * converted once for all their queries. With few queries over a long context a task takes one span
 * of it, and a second step joins the spans in order; the arithmetic is the same.
 */
final class Attention {
  /** Queries of a task. */
  private static final int QUERIES = 240;

  private static final int BLOCK = KvLayout.BLOCK_TOKENS;
  private static final int SPAN = ScalarAttention.SPAN_BLOCKS * BLOCK;

  /** Multiplications below which other threads are not worth waking. */
  private static final long SMALL = 1 << 15;

  /** Multiply-adds done one at a time before vectors are worth their warming up. */
  private static final long SCALAR_WORK = 64 << 20;

  private final Workers workers;
  private final ColdStart start;
  private boolean vector;
  private final @Nullable AttentionFold[] folds;
  private final Store store = new Store();
  private final Causal causal = new Causal();
  private final Spans spans = new Spans();
  private final Join join = new Join();
  private final Full full = new Full();

  /** States of spans that wait to be joined. */
  private float[] states = new float[0];

  Attention(Workers workers, Simd simd) {
    this.workers = workers;
    start = new ColdStart(simd, SCALAR_WORK);
    folds = new @Nullable AttentionFold[workers.threads()];
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

  private AttentionFold fold(int worker) {
    AttentionFold f = folds[worker];
    if (f == null) {
      f = new AttentionFold(QUERIES, Tile.ROW);
      folds[worker] = f;
    }
    return f;
  }

  /** Stores keys and values of new tokens, a task a head. */
  void store(Floats qkv, int keyColumn, int valueColumn, KvView kv, int layer, int firstToken) {
    KvLayout l = kv.layout();
    if (l.headDim() > Tile.ROW) {
      throw new IllegalArgumentException(
          "heads of %d values are larger than %d".formatted(l.headDim(), Tile.ROW));
    }
    store.qkv = qkv;
    store.keyColumn = keyColumn;
    store.valueColumn = valueColumn;
    store.kv = kv;
    store.layer = layer;
    store.firstToken = firstToken;
    share(l.heads(), (long) qkv.rows() * l.heads() * l.headDim() * 8, store);
  }

  private static final class Store implements Workers.Task {
    Floats qkv = Rows.NONE;
    int keyColumn;
    int valueColumn;
    KvView kv = NoView.INSTANCE;
    int layer;
    int firstToken;

    @Override
    public void run(int head, int worker) {
      ScalarAttention.store(qkv, keyColumn, valueColumn, kv, layer, head, firstToken);
    }
  }

  void causal(Floats q, int heads, KvView kv, int layer, int firstToken, Floats out) {
    KvLayout l = kv.layout();
    int n = q.rows();
    if (heads % l.heads() != 0 || heads / l.heads() > QUERIES) {
      throw new IllegalArgumentException(
          "%d query heads cannot share %d key-value heads".formatted(heads, l.heads()));
    }
    if (out.rows() != n || out.columns() != heads * l.headDim()) {
      throw new IllegalArgumentException(
          "%d rows of %d heads do not fit into [%d, %d]"
              .formatted(n, heads, out.rows(), out.columns()));
    }
    causal.q = q;
    causal.heads = heads;
    causal.kv = kv;
    causal.layer = layer;
    causal.firstToken = firstToken;
    causal.out = out;
    int group = heads / l.heads();
    int spanCount = (firstToken + n + SPAN - 1) / SPAN;
    long work = (long) n * heads * l.headDim() * (firstToken + n);
    vector = start.vector(work);
    if (!vector) {
      causal.rowsPerTask = 1;
      share(n * heads, work, causal);
    } else if (n * group <= Tile.ROWS && spanCount > 1) {
      spans.count = spanCount;
      spans.values = n * group * AttentionFold.spanValues(l.headDim());
      int needed = l.heads() * spanCount * spans.values;
      if (states.length < needed) {
        states = new float[needed + needed / 2];
      }
      share(l.heads() * spanCount, work, spans);
      share(l.heads(), (long) needed, join);
    } else {
      causal.rowsPerTask = Math.max(1, QUERIES / group);
      if (n < 4 * causal.rowsPerTask) {
        causal.rowsPerTask = Math.max(1, Tile.ROWS * 4 / group);
      }
      causal.parts = (n + causal.rowsPerTask - 1) / causal.rowsPerTask;
      share(l.heads() * causal.parts, work, causal);
    }
  }

  /** All queries of a key-value head in some rows. */
  private final class Causal implements Workers.Task {
    Floats q = Rows.NONE;
    int heads;
    KvView kv = NoView.INSTANCE;
    int layer;
    int firstToken;
    Floats out = Rows.NONE;
    int rowsPerTask;
    int parts;

    @Override
    public void run(int index, int worker) {
      if (!vector) {
        int row = index / heads;
        ScalarAttention.causal(q, row, index % heads, heads, kv, layer, firstToken, out);
        return;
      }
      KvLayout l = kv.layout();
      int head = index % l.heads();
      /* Later rows see more keys; the longest tasks come first. */
      int part = parts - 1 - index / l.heads();
      int from = part * rowsPerTask;
      int to = Math.min(q.rows(), from + rowsPerTask);
      AttentionFold f = fold(worker);
      begin(f, head, from, to);
      int tokens = firstToken + to;
      for (int t = 0; t < tokens; t += SPAN) {
        foldSpan(f, head, from, to, t, Math.min(tokens, t + SPAN));
        f.endSpan();
      }
      finish(f, head, from, to);
    }

    void begin(AttentionFold f, int head, int from, int to) {
      int dim = kv.layout().headDim();
      int group = heads / kv.layout().heads();
      f.begin((to - from) * group, dim);
      for (int r = from, i = 0; r < to; r++) {
        for (int g = 0; g < group; g++, i++) {
          f.setQuery(i, q.segment(), q.offset(r) + 4L * (head * group + g) * dim);
        }
      }
    }

    void foldSpan(AttentionFold f, int head, int from, int to, int tokenFrom, int tokenTo) {
      int group = heads / kv.layout().heads();
      f.beginSpan();
      for (int t = tokenFrom; t < tokenTo; t += BLOCK) {
        f.loadBlock(kv.blocks().get(t / BLOCK), kv.layout(), layer, head);
        for (int r = from, i = 0; r < to; r++) {
          int visible = Math.clamp(firstToken + r + 1L - t, 0, BLOCK);
          for (int g = 0; g < group; g++, i++) {
            f.visible[i] = visible;
          }
        }
        f.fold();
      }
    }

    void finish(AttentionFold f, int head, int from, int to) {
      int dim = kv.layout().headDim();
      int group = heads / kv.layout().heads();
      for (int r = from, i = 0; r < to; r++) {
        for (int g = 0; g < group; g++, i++) {
          f.store(i, out.segment(), out.offset(r) + 4L * (head * group + g) * dim);
        }
      }
    }
  }

  /** One span of the context of a key-value head, for all rows. */
  private final class Spans implements Workers.Task {
    int count;

    /** Floats of a span's state. */
    int values;

    @Override
    public void run(int index, int worker) {
      int head = index / count;
      int from = index % count * SPAN;
      int rows = causal.q.rows();
      AttentionFold f = fold(worker);
      causal.begin(f, head, 0, rows);
      causal.foldSpan(f, head, 0, rows, from, Math.min(causal.firstToken + rows, from + SPAN));
      f.saveSpan(states, index * values);
    }
  }

  /** Joins the spans of a key-value head in their order. */
  private final class Join implements Workers.Task {
    @Override
    public void run(int head, int worker) {
      int rows = causal.q.rows();
      int dim = causal.kv.layout().headDim();
      AttentionFold f = fold(worker);
      f.begin(rows * (causal.heads / causal.kv.layout().heads()), dim);
      for (int s = 0; s < spans.count; s++) {
        f.joinSaved(states, (head * spans.count + s) * spans.values);
      }
      causal.finish(f, head, 0, rows);
    }
  }

  void full(Floats qkv, int heads, int[] segments, Floats out) {
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
    int from = 0;
    for (int rows : segments) {
      full.qkv = qkv;
      full.heads = heads;
      full.first = from;
      full.rows = rows;
      full.out = out;
      long work = (long) rows * rows * heads * dim;
      vector = start.vector(work);
      full.rowsPerTask = vector ? QUERIES : 1;
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
      if (!vector) {
        ScalarAttention.full(qkv, heads, first, rows, from, head, out);
        return;
      }
      int dim = qkv.columns() / 3 / heads;
      AttentionFold f = fold(worker);
      f.begin(to - from, dim);
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

    private static final KvLayout LAYOUT = new KvLayout(0, 1, 1, DType.F32, DType.F32);

    @Override
    public KvLayout layout() {
      return LAYOUT;
    }

    @Override
    public List<MemorySegment> blocks() {
      return List.of();
    }
  }
}
