package dev.ocelli.engine.kernels;

import static dev.ocelli.engine.kernels.Lanes.F;
import static dev.ocelli.engine.kernels.Lanes.L;
import static dev.ocelli.engine.kernels.Lanes.SUM_LANES;

import dev.ocelli.engine.tensor.Floats;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** {@link RowOps} on vectors; the last lanes of a row are masked and computed like all others. */
final class VectorOps extends RowOps {
  private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;

  private static FloatVector load(MemorySegment s, long at) {
    return FloatVector.fromMemorySegment(F, s, at, LE);
  }

  private static FloatVector load(MemorySegment s, long at, VectorMask<Float> m) {
    return FloatVector.fromMemorySegment(F, s, at, LE, m);
  }

  @Override
  void rmsNorm(Floats x, int row, Floats weight, float eps, Floats out) {
    int n = x.columns();
    float scale = normFactor(squares(x.segment(), x.offset(row), n, 0), n, eps);
    scale(x.segment(), x.offset(row), n, scale, weight.segment(), out.segment(), out.offset(row));
  }

  @Override
  void rmsNormHead(Floats x, int row, int column, Floats weight, float eps) {
    int n = weight.columns();
    long at = x.offset(row) + 4L * column;
    float scale = normFactor(squares(x.segment(), at, n, 0), n, eps);
    scale(x.segment(), at, n, scale, weight.segment(), x.segment(), at);
  }

  private static void scale(
      MemorySegment x, long at, int n, float scale, MemorySegment w, MemorySegment out, long to) {
    int i = 0;
    for (; i + L <= n; i += L) {
      long o = 4L * i;
      load(x, at + o).mul(scale).mul(load(w, o)).intoMemorySegment(out, to + o, LE);
    }
    if (i < n) {
      long o = 4L * i;
      VectorMask<Float> m = F.indexInRange(i, n);
      load(x, at + o, m).mul(scale).mul(load(w, o, m)).intoMemorySegment(out, to + o, LE, m);
    }
  }

  @Override
  void layerNorm(Floats x, int row, Floats weight, Floats bias, float eps, Floats out) {
    int n = x.columns();
    MemorySegment in = x.segment();
    long at = x.offset(row);
    float mean = sum(in, at, n) / n;
    float scale = normFactor(squares(in, at, n, mean), n, eps);
    MemorySegment w = weight.segment();
    MemorySegment b = bias.segment();
    MemorySegment y = out.segment();
    long to = out.offset(row);
    int i = 0;
    for (; i + L <= n; i += L) {
      long o = 4L * i;
      FloatVector v = load(in, at + o).sub(mean).mul(scale);
      v.fma(load(w, o), load(b, o)).intoMemorySegment(y, to + o, LE);
    }
    if (i < n) {
      long o = 4L * i;
      VectorMask<Float> m = F.indexInRange(i, n);
      FloatVector v = load(in, at + o, m).sub(mean).mul(scale);
      v.fma(load(w, o, m), load(b, o, m)).intoMemorySegment(y, to + o, LE, m);
    }
  }

  /** Each vector of partial sums takes a walk of its own over the row, which is in the cache. */
  private float sum(MemorySegment x, long at, int n) {
    for (int lane = 0; lane < SUM_LANES; lane += L) {
      FloatVector sum = FloatVector.zero(F);
      int i = lane;
      for (; i + L <= n; i += SUM_LANES) {
        sum = sum.add(load(x, at + 4L * i));
      }
      if (i < n) {
        sum = sum.add(load(x, at + 4L * i, F.indexInRange(i, n)));
      }
      sum.intoArray(partial, lane);
    }
    return sumOfPartial();
  }

  private float squares(MemorySegment x, long at, int n, float mean) {
    for (int lane = 0; lane < SUM_LANES; lane += L) {
      FloatVector sum = FloatVector.zero(F);
      int i = lane;
      for (; i + L <= n; i += SUM_LANES) {
        FloatVector v = load(x, at + 4L * i).sub(mean);
        sum = v.fma(v, sum);
      }
      if (i < n) {
        VectorMask<Float> m = F.indexInRange(i, n);
        FloatVector v = load(x, at + 4L * i, m).sub(mean, m);
        sum = v.fma(v, sum);
      }
      sum.intoArray(partial, lane);
    }
    return sumOfPartial();
  }

  @Override
  void rope(Floats x, int row, int column, Floats cos, Floats sin) {
    int half = cos.columns();
    MemorySegment in = x.segment();
    long at = x.offset(row) + 4L * column;
    long other = at + 4L * half;
    long angle = cos.offset(row);
    int i = 0;
    for (; i + L <= half; i += L) {
      long o = 4L * i;
      FloatVector a = load(in, at + o);
      FloatVector b = load(in, other + o);
      FloatVector c = load(cos.segment(), angle + o);
      FloatVector s = load(sin.segment(), angle + o);
      a.fma(c, b.mul(s).neg()).intoMemorySegment(in, at + o, LE);
      b.fma(c, a.mul(s)).intoMemorySegment(in, other + o, LE);
    }
    if (i < half) {
      long o = 4L * i;
      VectorMask<Float> m = F.indexInRange(i, half);
      FloatVector a = load(in, at + o, m);
      FloatVector b = load(in, other + o, m);
      FloatVector c = load(cos.segment(), angle + o, m);
      FloatVector s = load(sin.segment(), angle + o, m);
      a.fma(c, b.mul(s).neg()).intoMemorySegment(in, at + o, LE, m);
      b.fma(c, a.mul(s)).intoMemorySegment(in, other + o, LE, m);
    }
  }

  @Override
  void swiglu(Floats gateUp, int row, Floats out) {
    int n = out.columns();
    MemorySegment in = gateUp.segment();
    MemorySegment y = out.segment();
    long gate = gateUp.offset(row);
    long up = gate + 4L * n;
    long to = out.offset(row);
    int i = 0;
    for (; i + L <= n; i += L) {
      long o = 4L * i;
      FloatVector g = VectorMath.silu(load(in, gate + o));
      g.mul(load(in, up + o)).intoMemorySegment(y, to + o, LE);
    }
    if (i < n) {
      long o = 4L * i;
      VectorMask<Float> m = F.indexInRange(i, n);
      FloatVector g = VectorMath.silu(load(in, gate + o, m));
      g.mul(load(in, up + o, m)).intoMemorySegment(y, to + o, LE, m);
    }
  }

  @Override
  void geluTanh(Floats x, int row) {
    MemorySegment s = x.segment();
    long at = x.offset(row);
    int n = x.columns();
    int i = 0;
    for (; i + L <= n; i += L) {
      VectorMath.geluTanh(load(s, at + 4L * i)).intoMemorySegment(s, at + 4L * i, LE);
    }
    if (i < n) {
      VectorMask<Float> m = F.indexInRange(i, n);
      VectorMath.geluTanh(load(s, at + 4L * i, m)).intoMemorySegment(s, at + 4L * i, LE, m);
    }
  }

  @Override
  void geluErf(Floats x, int row) {
    MemorySegment s = x.segment();
    long at = x.offset(row);
    int n = x.columns();
    int i = 0;
    for (; i + L <= n; i += L) {
      VectorMath.geluErf(load(s, at + 4L * i)).intoMemorySegment(s, at + 4L * i, LE);
    }
    if (i < n) {
      VectorMask<Float> m = F.indexInRange(i, n);
      VectorMath.geluErf(load(s, at + 4L * i, m)).intoMemorySegment(s, at + 4L * i, LE, m);
    }
  }

  @Override
  void add(Floats x, int row, Floats y, int yRow) {
    MemorySegment s = x.segment();
    long at = x.offset(row);
    long from = y.offset(yRow);
    int n = x.columns();
    int i = 0;
    for (; i + L <= n; i += L) {
      long o = 4L * i;
      load(s, at + o).add(load(y.segment(), from + o)).intoMemorySegment(s, at + o, LE);
    }
    if (i < n) {
      long o = 4L * i;
      VectorMask<Float> m = F.indexInRange(i, n);
      load(s, at + o, m).add(load(y.segment(), from + o, m)).intoMemorySegment(s, at + o, LE, m);
    }
  }

  @Override
  void addScaled(Floats x, int row, float factor, Floats y, int yRow) {
    MemorySegment s = x.segment();
    long at = x.offset(row);
    long from = y.offset(yRow);
    int n = x.columns();
    FloatVector f = FloatVector.broadcast(F, factor);
    int i = 0;
    for (; i + L <= n; i += L) {
      long o = 4L * i;
      f.fma(load(y.segment(), from + o), load(s, at + o)).intoMemorySegment(s, at + o, LE);
    }
    if (i < n) {
      long o = 4L * i;
      VectorMask<Float> m = F.indexInRange(i, n);
      FloatVector v = f.fma(load(y.segment(), from + o, m), load(s, at + o, m));
      v.intoMemorySegment(s, at + o, LE, m);
    }
  }
}
