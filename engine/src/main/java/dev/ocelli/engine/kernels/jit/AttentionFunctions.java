package dev.ocelli.engine.kernels.jit;

import dev.ocelli.engine.kernels.HeadFold;
import dev.ocelli.engine.kernels.KvLayout;
import dev.ocelli.engine.tensor.DType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;

/**
 * Attention over a key-value cache as machine code: {@link AttentionEmitter}'s functions behind
 * checks, for one layout of the cache.
 */
public final class AttentionFunctions {
  private static final int BLOCK = AttentionEmitter.BLOCK;
  private static final int SCORE_BYTES = AttentionEmitter.SCORE_BYTES;
  private static final int SUM_KEYS = 16;
  private static final ValueLayout.OfFloat F32 = ValueLayout.JAVA_FLOAT;

  /* Functions that do not depend on a number of queries. */
  private static final int SOFTMAX = 0;
  private static final int JOIN = 1;
  private static final int BEGIN = 2;
  private static final int FINISH = 3;
  private static final int QUERY = 4;
  private static final int SCALES = 5;
  private static final int STORE_KEY = 6;
  private static final int STORE_VALUE = 7;
  private static final int OTHERS = 8;

  private final KvLayout layout;
  private final int dim;
  private final int maxTile;
  private final int lanes;
  private final CodeTable scores;
  private final CodeTable values;
  private final CodeTable others;

  AttentionFunctions(Machine machine, Isa isa, RowConstants constants, KvLayout layout) {
    this.layout = layout;
    dim = layout.headDim();
    lanes = isa.lanes();
    maxTile = AttentionEmitter.maxTile(isa);
    scores =
        new CodeTable(
            machine,
            maxTile + 1,
            n -> new AttentionEmitter(isa, constants, dim).scores(layout.keyType(), n));
    values =
        new CodeTable(
            machine,
            maxTile + 1,
            n -> new AttentionEmitter(isa, constants, dim).values(layout.valueType(), n));
    others =
        new CodeTable(machine, OTHERS, n -> emit(new AttentionEmitter(isa, constants, dim), n));
  }

  /** Whether there is code for a layout. */
  static boolean fits(KvLayout l) {
    return l.headDim() % AttentionEmitter.GROUP == 0
        || l.headDim() % SUM_KEYS == 0 && l.keyType() != DType.Q8_0 && l.valueType() != DType.Q8_0;
  }

  private byte[] emit(AttentionEmitter e, int function) {
    return switch (function) {
      case SOFTMAX -> e.softmax();
      case JOIN -> e.join();
      case BEGIN -> e.begin();
      case FINISH -> e.finish();
      case QUERY -> e.query();
      case SCALES -> e.scales();
      case STORE_KEY -> e.storeKey(layout.keyType());
      case STORE_VALUE -> e.storeValue(layout.valueType());
      default -> throw new IllegalArgumentException("function " + function);
    };
  }

  /** The layout of the caches. */
  public KvLayout layout() {
    return layout;
  }

  /** Whether keys of this type are stored here: F32 or F16. */
  public boolean storesKeys() {
    return layout.keyType() != DType.Q8_0;
  }

  /** Whether values of this type are stored here: F32 or F16. */
  public boolean storesValues() {
    return layout.valueType() != DType.Q8_0;
  }

  /**
   * Stores the key of a token.
   *
   * @param block of the cache
   * @param keys byte offset of the head's keys in it
   * @param slot of the token in the block
   * @param x has the key's floats
   * @param at their byte offset
   */
  public void storeKey(MemorySegment block, long keys, int slot, MemorySegment x, long at) {
    store(STORE_KEY, block, keys, layout.keyHeadBytes(), slot * bytes(layout.keyType()), x, at);
  }

  /** Stores the value of a token; see {@link #storeKey}. */
  public void storeValue(MemorySegment block, long values, int slot, MemorySegment x, long at) {
    int offset = slot * dim * bytes(layout.valueType());
    store(STORE_VALUE, block, values, layout.valueHeadBytes(), offset, x, at);
  }

  private static int bytes(DType type) {
    return type == DType.F16 ? 2 : 4;
  }

  private void store(
      int function,
      MemorySegment block,
      long head,
      long headBytes,
      int offset,
      MemorySegment x,
      long at) {
    Memory.check(block, head + headBytes);
    Memory.check(x, at + 4L * dim);
    if (offset < 0 || offset >= headBytes) {
      throw new IndexOutOfBoundsException("a slot outside of its block");
    }
    others.get(function).call(x.address() + at, block.address() + head + offset, 0, 0, 0, 0);
    Reference.reachabilityFence(block);
    Reference.reachabilityFence(x);
  }

  /**
   * Memory to fold with.
   *
   * @param queries at most
   */
  public HeadFold fold(int queries) {
    return new Fold(queries);
  }

  private static MemorySegment allocate(long bytes) {
    return Arena.ofAuto().allocate(bytes, 64);
  }

  private final class Fold implements HeadFold {
    private static final int RECORD_MAX = 0;

    private final int maxQueries;
    private final long record = AttentionEmitter.recordBytes(dim);
    private final MemorySegment queries;
    private final MemorySegment scored;
    private final MemorySegment span;
    private final MemorySegment all;

    /** An address for each query: of as many infinities as it sees keys, then negative ones. */
    private final MemorySegment masks;

    private final MemorySegment infinities = allocate(2L * SCORE_BYTES);
    private final MemorySegment factor = allocate(64);

    /** Scales of Q8_0. */
    private final MemorySegment keyScales = allocate(8L * dim);

    private final MemorySegment valueScales = allocate(8L * dim);

    /** Addresses: of scales of values, of keys that are needed next. */
    private final MemorySegment operands = allocate(16);

    private final int[] visible;
    private MemorySegment block = MemorySegment.NULL;
    private long keyAt;
    private long valueAt;

    /** Address of the keys that are probably needed after this block. */
    private long nextKeys;

    private int count;

    Fold(int maxQueries) {
      this.maxQueries = maxQueries;
      queries = allocate(4L * dim * maxQueries);
      scored = allocate((long) SCORE_BYTES * maxQueries);
      span = allocate(record * maxQueries);
      all = allocate(record * maxQueries);
      masks = allocate(8L * maxQueries);
      visible = new int[maxQueries];
      for (int i = 0; i < 2 * BLOCK; i++) {
        float sign = i < BLOCK ? 1 : -1;
        infinities.setAtIndex(F32, i, sign * Float.POSITIVE_INFINITY);
      }
      factor.set(F32, 0, (float) (1 / Math.sqrt(dim)));
    }

    @Override
    public void begin(int queryCount) {
      if (queryCount < 1 || queryCount > maxQueries) {
        throw new IllegalArgumentException(queryCount + " queries of " + maxQueries);
      }
      count = queryCount;
      clear(all);
    }

    private void clear(MemorySegment records) {
      others.get(BEGIN).call(records.address(), count, 0, 0, 0, 0);
    }

    @Override
    public void setQuery(int query, MemorySegment from, long at) {
      Memory.check(from, at + 4L * dim);
      long to = queries.address() + 4L * dim * checked(query);
      others.get(QUERY).call(from.address() + at, to, factor.address(), 0, 0, 0);
      Reference.reachabilityFence(from);
    }

    private int checked(int query) {
      if (query < 0 || query >= count) {
        throw new IndexOutOfBoundsException(query);
      }
      return query;
    }

    @Override
    public void beginSpan() {
      clear(span);
    }

    @Override
    public void loadBlock(MemorySegment of, MemorySegment next, int layer, int head) {
      block = of;
      nextKeys = next.address() + layout.keyOffset(layer, head);
      keyAt = layout.keyOffset(layer, head);
      valueAt = layout.valueOffset(layer, head);
      Memory.check(block, keyAt + layout.keyHeadBytes());
      Memory.check(block, valueAt + layout.valueHeadBytes());
      expand(layout.keyType(), keyAt, keyScales);
      expand(layout.valueType(), valueAt, valueScales);
    }

    private void expand(DType type, long at, MemorySegment target) {
      if (type == DType.Q8_0) {
        others
            .get(SCALES)
            .call(
                block.address() + at + (long) BLOCK * dim,
                target.address(),
                2 * dim / lanes,
                0,
                0,
                0);
      }
    }

    @Override
    public void see(int query, int keys) {
      if (keys < 0 || keys > BLOCK) {
        throw new IndexOutOfBoundsException(keys);
      }
      visible[checked(query)] = keys;
      masks.setAtIndex(
          ValueLayout.JAVA_LONG, query, infinities.address() + SCORE_BYTES - 4L * keys);
    }

    @Override
    public void fold() {
      int first = 0;
      while (first < count && visible[first] == 0) {
        first++;
      }
      if (first == count) {
        return;
      }
      long keys = block.address() + keyAt;
      for (int q = first; q < count; ) {
        int tile = Math.min(maxTile, count - q);
        int tiles = (count - q) / tile;
        scores
            .get(tile)
            .call(keys, query(q), score(q), tiles, keyScales.address(), block.address() + valueAt);
        q += tiles * tile;
      }
      others
          .get(SOFTMAX)
          .call(score(first), at(span, first), masks.address() + 8L * first, count - first, 0, 0);
      if (visible[first] == visible[count - 1]) {
        for (int q = first; q < count; ) {
          int tile = Math.min(maxTile, count - q);
          int tiles = (count - q) / tile;
          weigh(q, tile, tiles, 0, visible[first]);
          q += tiles * tile;
        }
      } else {
        for (int q = first; q < count; q += maxTile) {
          weighEach(q, Math.min(maxTile, count - q));
        }
      }
      Reference.reachabilityFence(this);
    }

    /** A tile whose queries see different numbers of keys. */
    private void weighEach(int first, int tile) {
      int whole = visible[first] / SUM_KEYS * SUM_KEYS;
      if (whole > 0) {
        weigh(first, tile, 1, 0, whole);
      }
      for (int q = first; q < first + tile; q++) {
        if (visible[q] > whole) {
          weigh(q, 1, 1, whole, visible[q]);
        }
      }
    }

    /** Adds the values of keys {@code from} to {@code to} to some tiles of queries. */
    private void weigh(int first, int tile, int tiles, int from, int to) {
      DType type = layout.valueType();
      long row = type == DType.Q8_0 ? dim : (long) dim * bytes(type);
      long scale = 4L * dim / AttentionEmitter.GROUP;
      operands.set(ValueLayout.JAVA_LONG, 0, valueScales.address() + from * scale);
      operands.set(ValueLayout.JAVA_LONG, 8, nextKeys);
      values
          .get(tile)
          .call(
              block.address() + valueAt + from * row,
              score(first) + 4L * from,
              at(span, first) + AttentionEmitter.VALUES,
              tiles,
              to - from,
              operands.address());
    }

    private long query(int q) {
      return queries.address() + 4L * dim * q;
    }

    private long score(int q) {
      return scored.address() + (long) SCORE_BYTES * q;
    }

    private long at(MemorySegment records, int q) {
      return records.address() + record * q;
    }

    @Override
    public void endSpan() {
      join(span, 0);
    }

    /** Joins all queries that saw something; those that did not come first. */
    private void join(MemorySegment records, long at) {
      int first = 0;
      while (first < count && !sawSomething(records, at + first * record)) {
        first++;
      }
      if (first < count) {
        others
            .get(JOIN)
            .call(at(all, first), records.address() + at + first * record, count - first, 0, 0, 0);
      }
      Reference.reachabilityFence(records);
      Reference.reachabilityFence(this);
    }

    /** Even where all scores are minus infinity: the sums are NaN then. */
    private static boolean sawSomething(MemorySegment records, long at) {
      return records.get(F32, at + RECORD_MAX) != Float.NEGATIVE_INFINITY
          || records.get(F32, at + AttentionEmitter.SUMS) != 0;
    }

    @Override
    public long spanBytes() {
      return record;
    }

    @Override
    public void saveSpan(MemorySegment target, long at) {
      MemorySegment.copy(span, 0, target, at, record * count);
    }

    @Override
    public void joinSaved(MemorySegment source, long at) {
      Memory.check(source, at + record * count);
      join(source, at);
    }

    @Override
    public void store(int query, MemorySegment target, long at) {
      Memory.check(target, at + 4L * dim);
      others.get(FINISH).call(at(all, checked(query)), target.address() + at, 0, 0, 0, 0);
      Reference.reachabilityFence(target);
      Reference.reachabilityFence(this);
    }
  }
}
