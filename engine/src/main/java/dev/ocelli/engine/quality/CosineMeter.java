package dev.ocelli.engine.quality;

import dev.ocelli.engine.model.VisionEmbedding;
import dev.ocelli.engine.quality.Agreement.Cosines;
import dev.ocelli.engine.quality.Agreement.Likeness;
import dev.ocelli.engine.tensor.Floats;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compares what two vision towers make of the same pictures. */
final class CosineMeter {
  /**
   * Rows that were put into a file.
   *
   * @param at where the first is
   */
  private record Kept(long at, int rows, int columns) {
    static Kept keep(Floats f, FloatFile file) {
      long at = file.end();
      for (int r = 0; r < f.rows(); r++) {
        file.append(f.slice(r, r + 1).toArray());
      }
      return new Kept(at, f.rows(), f.columns());
    }
  }

  /** A picture that was put into a file. */
  static final class Picture {
    private final List<Kept> matrices = new ArrayList<>();

    Picture(VisionEmbedding e, FloatFile file) {
      matrices.add(Kept.keep(e.merged(), file));
      for (Floats f : e.deepstack()) {
        matrices.add(Kept.keep(f, file));
      }
    }
  }

  private final Sums merged = new Sums();
  private final Sums deepstack = new Sums();
  private boolean comparable = true;

  private static final class Sums {
    private long rows;
    private double sum;
    private double least = 1;

    void add(double cosine) {
      rows++;
      sum += cosine;
      least = Math.min(least, cosine);
    }

    @Nullable Cosines cosines() {
      return rows == 0 ? null : new Cosines(rows, sum / rows, least);
    }
  }

  /** Compares a picture; those of other sizes make the whole incomparable. */
  void add(Picture kept, VisionEmbedding other, FloatFile file) {
    comparable &= kept.matrices.size() == 1 + other.deepstack().length;
    for (int i = 0; comparable && i < kept.matrices.size(); i++) {
      Floats f = i == 0 ? other.merged() : other.deepstack()[i - 1];
      add(kept.matrices.get(i), f, file, i == 0 ? merged : deepstack);
    }
  }

  private void add(Kept kept, Floats other, FloatFile file, Sums sums) {
    if (kept.rows != other.rows() || kept.columns != other.columns()) {
      comparable = false;
      return;
    }
    float[] row = new float[kept.columns];
    for (int r = 0; r < kept.rows; r++) {
      file.read(kept.at + 4L * r * row.length, row);
      sums.add(cosine(row, other.slice(r, r + 1).toArray()));
    }
  }

  /** 1 for equal rows, zeros included. */
  private static double cosine(float[] a, float[] b) {
    double product = 0;
    double squaresA = 0;
    double squaresB = 0;
    for (int i = 0; i < a.length; i++) {
      product += (double) a[i] * b[i];
      squaresA += (double) a[i] * a[i];
      squaresB += (double) b[i] * b[i];
    }
    double lengths = Math.sqrt(squaresA) * Math.sqrt(squaresB);
    return lengths == 0 ? squaresA == squaresB ? 1 : 0 : Math.min(1, product / lengths);
  }

  /** What was compared; null when nothing was, or it is incomparable. */
  @Nullable Likeness likeness() {
    Cosines main = merged.cosines();
    return main == null || !comparable ? null : new Likeness(main, deepstack.cosines());
  }
}
