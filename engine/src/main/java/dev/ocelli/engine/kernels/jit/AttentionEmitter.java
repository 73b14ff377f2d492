package dev.ocelli.engine.kernels.jit;

import static dev.ocelli.engine.kernels.jit.Gpr.*;

import dev.ocelli.engine.tensor.DType;

/**
 * Emits attention over the key-value cache for heads of one size: the arithmetic of {@code
 * ScalarAttention}, with the same bits.
 *
 * <p>A block of the cache has 64 keys {@code [component][key]} and values {@code [key][component]}.
 * Queries lie densely, {@code 4 * headDim} bytes each; scores have 64 floats a query. The state of
 * a query is a record of the maximum (repeated in 16 lanes), 16 partial sums and {@code headDim}
 * values.
 *
 * <p>Keys and values are converted where they are read. Functions named after a number of queries
 * take that many at once, in tiles that follow each other.
 */
final class AttentionEmitter {
  /** Keys of a block. */
  static final int BLOCK = 64;

  /** Components that share a scale in Q8_0. */
  static final int GROUP = 32;

  /** Bytes of a query's scores. */
  static final int SCORE_BYTES = 4 * BLOCK;

  /** Offset of the partial sums in a record, and of the values. */
  static final int SUMS = 64;

  static final int VALUES = 128;

  /** Keys whose values are summed before they are added to what was before. */
  private static final int SUM_KEYS = 16;

  private static final int LINE = 64;

  private static final float NONE = Float.NEGATIVE_INFINITY;

  private final Isa isa;
  private final RowConstants constants;
  private final int headDim;
  private final Asm a = new Asm();

  AttentionEmitter(Isa isa, RowConstants constants, int headDim) {
    this.isa = isa;
    this.constants = constants;
    this.headDim = headDim;
  }

  /** Queries of a tile, at most. */
  static int maxTile(Isa isa) {
    return isa.wide() ? 6 : 4;
  }

  /** Bytes of a query's state. */
  static int recordBytes(int headDim) {
    return VALUES + 4 * headDim;
  }

  /** Vectors that a tile holds of each query. */
  private int tileVectors() {
    return isa.wide() ? 4 : 2;
  }

  /** The same for values: few queries leave registers for whole rows, read in their order. */
  private int valueVectors(int queries) {
    return isa.wide() && queries <= 2 ? 8 : tileVectors();
  }

  /**
   * Whether so many queries are those of single tokens. Their keys and values come from memory and
   * are used once, so what will be needed next is asked for; those of prompts are in the cache.
   */
  private boolean prefetches(int queries) {
    return queries < maxTile(isa);
  }

  private void prefetch(Gpr base, int bytes) {
    for (int at = 0; at < bytes; at += LINE) {
      a.prefetcht0(Mem.at(base, at));
    }
  }

  private int width() {
    return isa.width();
  }

  private static int bytes(DType type) {
    return switch (type) {
      case F32 -> 4;
      case F16 -> 2;
      case Q8_0 -> 1;
      default -> throw new IllegalArgumentException("no cache of type " + type);
    };
  }

  private Vec vec(int i) {
    return isa.vec(i);
  }

  private byte[] function(int localBytes, Runnable body) {
    Frame frame = Frame.enter(a, isa.windows(), localBytes);
    body.run();
    frame.leave();
    return a.finish();
  }

  /** Loads a vector of cached numbers; those of Q8_0 without their scale. */
  private void load(DType type, Vec dst, Mem src) {
    switch (type) {
      case F32 -> a.vmovups(dst, src);
      case F16 -> a.vcvtph2ps(dst, src);
      default -> {
        a.vpmovsxbd(dst, src);
        a.vcvtdq2ps(dst, dst);
      }
    }
  }

  /**
   * Registers of a tile: accumulators {@code [query][vector]}, then one a vector for what they are
   * multiplied with, its scales, and one for what is repeated.
   */
  private record Registers(Isa isa, int queries, int vectors) {
    Vec sum(int query, int vector) {
      return isa.vec(query * vectors + vector);
    }

    Vec factor(int vector) {
      return isa.vec(queries * vectors + vector);
    }

    Vec scale(int vector) {
      return isa.vec((queries + 1) * vectors + vector);
    }

    /** Only where memory cannot be repeated in an operand. */
    Vec repeated() {
      return isa.vec((queries + 2) * vectors);
    }
  }

  private void clear(Registers r) {
    for (int t = 0; t < r.queries; t++) {
      for (int v = 0; v < r.vectors; v++) {
        a.vpxor(r.sum(t, v), r.sum(t, v), r.sum(t, v));
      }
    }
  }

  /** Adds the products of the tile's factors with a number of each query, {@code stride} apart. */
  private void multiply(Registers r, Gpr numbers, int stride) {
    for (int t = 0; t < r.queries; t++) {
      Mem number = Mem.at(numbers, t * stride);
      if (!isa.wide()) {
        a.vbroadcastss(r.repeated(), number);
      }
      for (int v = 0; v < r.vectors; v++) {
        a.vfmadd231ps(r.sum(t, v), r.factor(v), isa.wide() ? number.repeated() : r.repeated());
      }
    }
  }

  /**
   * {@code (keys, queries, scores, tiles, scales of Q8_0, the block's values)}: all 64 scores of
   * each query.
   */
  byte[] scores(DType type, int queries) {
    Registers r = new Registers(isa, queries, tileVectors());
    int queryBytes = 4 * headDim;
    int stepBytes = tileVectors() * width();
    return function(
        0,
        () -> {
          Label tile = a.here();
          a.mov(R13, R9);
          for (int at = 0; at < SCORE_BYTES; at += stepBytes) {
            a.lea(R10, Mem.at(RDI, at / 4 * bytes(type)));
            a.mov(R11, RSI);
            clear(r);
            if (type == DType.Q8_0) {
              a.lea(R12, Mem.at(R8, at));
              a.mov(RBX, headDim / GROUP);
              Label group = a.here();
              for (int v = 0; v < r.vectors; v++) {
                a.vmovups(r.scale(v), Mem.at(R12, v * width()));
              }
              components(r, type, GROUP);
              a.add(R12, SCORE_BYTES);
              a.dec(RBX);
              a.jnz(group);
            } else {
              components(r, type, headDim);
            }
            for (int t = 0; t < queries; t++) {
              for (int v = 0; v < r.vectors; v++) {
                a.vmovups(Mem.at(RDX, t * SCORE_BYTES + at + v * width()), r.sum(t, v));
              }
            }
          }
          a.add(RSI, queries * queryBytes);
          a.add(RDX, queries * SCORE_BYTES);
          a.dec(RCX);
          a.jnz(tile);
        });
  }

  /** Some components of keys at R10 and queries at R11. */
  private void components(Registers r, DType type, int count) {
    a.mov(RAX, count);
    Label next = a.here();
    for (int v = 0; v < r.vectors; v++) {
      load(type, r.factor(v), Mem.at(R10, v * isa.lanes() * bytes(type)));
      if (type == DType.Q8_0) {
        a.vmulps(r.factor(v), r.factor(v), r.scale(v));
      }
    }
    multiply(r, R11, 4 * headDim);
    if (prefetches(r.queries)) {
      // A step's share of the values, which are about as many bytes as the keys.
      int share = r.vectors * isa.lanes() * bytes(type);
      prefetch(R13, share);
      a.add(R13, share);
    }
    a.add(R10, BLOCK * bytes(type));
    a.add(R11, 4);
    a.dec(RAX);
    a.jnz(next);
  }

  /**
   * {@code (values, weights, values of the first record, tiles, keys, operands)}: adds values by
   * their weights, in sums of 16 keys. Operands are two addresses: scales of Q8_0, and keys that
   * are needed next.
   */
  byte[] values(DType type, int queries) {
    int vectors = headDim / isa.lanes();
    return function(
        0,
        () -> {
          Label tile = a.here();
          a.mov(R13, Mem.at(R9, 8));
          for (int v = 0; v < vectors; v += valueVectors(queries)) {
            Registers r = new Registers(isa, queries, Math.min(valueVectors(queries), vectors - v));
            chunk(r, type, v);
          }
          a.add(RSI, queries * SCORE_BYTES);
          a.add(RDX, queries * recordBytes(headDim));
          a.dec(RCX);
          a.jnz(tile);
        });
  }

  /** The components of some vectors. */
  private void chunk(Registers r, DType type, int first) {
    Label rest = new Label();
    Label done = new Label();
    a.lea(R10, Mem.at(RDI, first * isa.lanes() * bytes(type)));
    a.mov(R11, RSI);
    a.mov(R12, Mem.at(R9, 0));
    a.mov(RBX, R8);
    a.shr(RBX, Integer.numberOfTrailingZeros(SUM_KEYS));
    a.test(RBX, RBX);
    a.jz(rest);
    a.mov(RAX, SUM_KEYS);
    Label group = a.here();
    keys(r, type, first);
    a.mov(RAX, SUM_KEYS);
    a.dec(RBX);
    a.jnz(group);
    a.bind(rest);
    a.mov(RAX, R8);
    a.and(RAX, SUM_KEYS - 1);
    a.jz(done);
    keys(r, type, first);
    a.bind(done);
  }

  /** The sum over RAX keys. */
  private void keys(Registers r, DType type, int first) {
    clear(r);
    Label next = a.here();
    for (int v = 0; v < r.vectors; v++) {
      Vec value = r.factor(v);
      load(type, value, Mem.at(R10, v * isa.lanes() * bytes(type)));
      if (type == DType.Q8_0) {
        Mem scale = Mem.at(R12, 4 * ((first + v) * isa.lanes() / GROUP));
        if (isa.wide()) {
          a.vmulps(value, value, scale.repeated());
        } else {
          a.vbroadcastss(r.scale(v), scale);
          a.vmulps(value, value, r.scale(v));
        }
      }
    }
    multiply(r, R11, SCORE_BYTES);
    if (prefetches(r.queries)) {
      int share = r.vectors * isa.lanes() * bytes(type);
      prefetch(R13, share);
      a.add(R13, share);
    }
    a.add(R10, headDim * bytes(type));
    a.add(R11, 4);
    if (type == DType.Q8_0) {
      a.add(R12, 4 * (headDim / GROUP));
    }
    a.dec(RAX);
    a.jnz(next);
    for (int t = 0; t < r.queries; t++) {
      for (int v = 0; v < r.vectors; v++) {
        Mem total = Mem.at(RDX, t * recordBytes(headDim) + (first + v) * width());
        a.vaddps(r.sum(t, v), r.sum(t, v), total);
        a.vmovups(total, r.sum(t, v));
      }
    }
  }

  /**
   * {@code (scores, records, addresses of masks, queries)}: scores become weights relative to the
   * new maximum, and what was before is scaled. A mask has plus infinity for each key that is seen
   * and minus infinity for the others, whose scores may be anything.
   */
  byte[] softmax() {
    Vec top = vec(0);
    Vec max = vec(1);
    Vec decay = vec(2);
    Vec x = vec(3);
    Exponential exp = new Exponential(a, isa, constants, 6);
    return function(
        0,
        () -> {
          Label query = a.here();
          a.mov(R11, Mem.at(RDX, 0));
          for (int at = 0; at < SCORE_BYTES; at += width()) {
            Vec s = at == 0 ? top : x;
            a.vmovups(s, Mem.at(RDI, at));
            // Of a score that is NaN and its mask the mask is taken: the sums become NaN by it.
            a.vminps(s, s, Mem.at(R11, at));
            a.vmovups(Mem.at(RDI, at), s);
            if (at > 0) {
              a.vmaxps(top, top, x);
            }
          }
          acrossLanes(top, x, a::vmaxps);
          a.vmovups(decay, Mem.at(RSI, 0));
          a.vmaxps(max, decay, top);
          a.vmovups(Mem.at(RSI, 0), max);
          a.vsubps(decay, decay, max);
          exp.emit(decay);
          for (int h = 0; h < isa.halves(); h++) {
            a.vpxor(vec(4 + h), vec(4 + h), vec(4 + h));
          }
          for (int at = 0; at < SCORE_BYTES; at += width()) {
            a.vmovups(x, Mem.at(RDI, at));
            a.vsubps(x, x, max);
            exp.emit(x);
            a.vmovups(Mem.at(RDI, at), x);
            Vec sum = vec(4 + at / width() % isa.halves());
            a.vaddps(sum, sum, x);
          }
          for (int h = 0; h < isa.halves(); h++) {
            Mem sums = Mem.at(RSI, SUMS + h * width());
            a.vmovups(x, sums);
            a.vfmadd213ps(x, decay, vec(4 + h));
            a.vmovups(sums, x);
          }
          for (int at = 0; at < 4 * headDim; at += width()) {
            a.vmulps(x, decay, Mem.at(RSI, VALUES + at));
            a.vmovups(Mem.at(RSI, VALUES + at), x);
          }
          a.add(RDI, SCORE_BYTES);
          a.add(RSI, recordBytes(headDim));
          a.add(RDX, 8);
          a.dec(RCX);
          a.jnz(query);
        });
  }

  private interface Combine {
    void emit(Vec dst, Vec x, Operand y);
  }

  /** Combines all lanes of x in a tree, lane i with lane i + n / 2 first; all get the result. */
  private void acrossLanes(Vec x, Vec scratch, Combine combine) {
    if (isa.wide()) {
      a.vmovups(scratch, isa.constant(a, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
      a.vpermd(scratch, scratch, x);
      combine.emit(x, x, scratch);
    }
    a.vpermq(scratch, x, 0x4E);
    combine.emit(x, x, scratch);
    a.vpshufd(scratch, x, 0x4E);
    combine.emit(x, x, scratch);
    a.vpshufd(scratch, x, 0xB1);
    combine.emit(x, x, scratch);
  }

  /** {@code (records of all spans, records of a span, queries)}: joins the span to the others. */
  byte[] join() {
    Vec before = vec(0);
    Vec now = vec(1);
    Vec max = vec(2);
    Vec x = vec(3);
    Exponential exp = new Exponential(a, isa, constants, 6);
    return function(
        0,
        () -> {
          Label query = a.here();
          a.vmovups(before, Mem.at(RDI, 0));
          a.vmovups(now, Mem.at(RSI, 0));
          a.vmaxps(max, before, now);
          a.vmovups(Mem.at(RDI, 0), max);
          a.vsubps(before, before, max);
          a.vsubps(now, now, max);
          exp.emit(before);
          exp.emit(now);
          for (int at = SUMS; at < recordBytes(headDim); at += width()) {
            a.vmulps(x, before, Mem.at(RDI, at));
            a.vfmadd231ps(x, now, Mem.at(RSI, at));
            a.vmovups(Mem.at(RDI, at), x);
          }
          a.add(RDI, recordBytes(headDim));
          a.add(RSI, recordBytes(headDim));
          a.dec(RDX);
          a.jnz(query);
        });
  }

  /** {@code (records, queries)}: nothing was seen yet. */
  byte[] begin() {
    return function(
        0,
        () -> {
          a.vmovups(vec(0), isa.repeat(a, Float.floatToRawIntBits(NONE)));
          a.vpxor(vec(1), vec(1), vec(1));
          Label query = a.here();
          for (int at = 0; at < recordBytes(headDim); at += width()) {
            a.vmovups(Mem.at(RDI, at), vec(at < SUMS ? 0 : 1));
          }
          a.add(RDI, recordBytes(headDim));
          a.dec(RSI);
          a.jnz(query);
        });
  }

  /** {@code (record, target)}: the values over the sum of all 16 partial sums. */
  byte[] finish() {
    return function(
        0,
        () -> {
          a.vmovups(vec(0), Mem.at(RDI, SUMS));
          if (!isa.wide()) {
            a.vaddps(vec(0), vec(0), Mem.at(RDI, SUMS + width()));
          }
          acrossLanes(vec(0), vec(1), a::vaddps);
          for (int at = 0; at < 4 * headDim; at += width()) {
            a.vmovups(vec(1), Mem.at(RDI, VALUES + at));
            a.vdivps(vec(1), vec(1), vec(0));
            a.vmovups(Mem.at(RSI, at), vec(1));
          }
        });
  }

  /** {@code (source, target, factor)}: a query times a factor. */
  byte[] query() {
    return function(
        0,
        () -> {
          a.vbroadcastss(vec(0), Mem.at(RDX, 0));
          for (int at = 0; at < 4 * headDim; at += width()) {
            a.vmulps(vec(1), vec(0), Mem.at(RDI, at));
            a.vmovups(Mem.at(RSI, at), vec(1));
          }
        });
  }

  /** {@code (halves, target, vectors)}: scales of Q8_0 as float32. */
  byte[] scales() {
    return function(
        0,
        () -> {
          Label next = a.here();
          a.vcvtph2ps(vec(0), Mem.at(RDI, 0));
          a.vmovups(Mem.at(RSI, 0), vec(0));
          a.add(RDI, width() / 2);
          a.add(RSI, width());
          a.dec(RDX);
          a.jnz(next);
        });
  }

  /** {@code (source, place of its first component)}: a key, its components 64 numbers apart. */
  byte[] storeKey(DType type) {
    return function(
        64,
        () -> {
          // Each component is in a line of its own, and stores wait for theirs in turn.
          for (int d = 0; d < headDim; d++) {
            a.prefetcht0(Mem.at(RSI, d * BLOCK * bytes(type)));
          }
          for (int at = 0; at < 4 * headDim; at += width()) {
            if (type == DType.F32) {
              for (int i = 0; i < isa.lanes(); i++) {
                a.movd(RAX, Mem.at(RDI, at + 4 * i));
                a.movd(Mem.at(RSI, (at / 4 + i) * BLOCK * 4), RAX);
              }
            } else {
              a.vmovups(vec(0), Mem.at(RDI, at));
              a.vcvtps2ph(vec(0).as(width() / 2), vec(0));
              a.vmovups(Mem.at(RSP, 0), vec(0).as(width() / 2));
              for (int i = 0; i < isa.lanes(); i++) {
                if (i % 4 == 0) {
                  a.mov(RAX, Mem.at(RSP, 2 * i));
                } else {
                  a.shr(RAX, 16);
                }
                a.movw(Mem.at(RSI, (at / 4 + i) * BLOCK * 2), RAX);
              }
            }
          }
        });
  }

  /** {@code (source, target)}: a value. */
  byte[] storeValue(DType type) {
    return function(
        0,
        () -> {
          for (int at = 0; at < 4 * headDim; at += width()) {
            a.vmovups(vec(0), Mem.at(RDI, at));
            if (type == DType.F32) {
              a.vmovups(Mem.at(RSI, at), vec(0));
            } else {
              a.vcvtps2ph(vec(0).as(width() / 2), vec(0));
              a.vmovups(Mem.at(RSI, at / 2), vec(0).as(width() / 2));
            }
          }
        });
  }
}
