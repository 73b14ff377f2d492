package dev.ocelli.engine.grounding;

import java.util.function.DoubleUnaryOperator;

/**
 * A box or a point. What its numbers mean is said where it stands: parts of a thousand as the model
 * writes them, or pixels. Either way they lie on edges, not on middles, of pixels: 0 is the left or
 * upper edge of a picture, and its width or 1000 is the right one.
 */
public sealed interface Shape {
  /** A box, {@code left <= right} and {@code top <= bottom}. */
  record Box(double left, double top, double right, double bottom) implements Shape {
    /** Refuses a box that is turned inside out; {@link #of} turns it. */
    public Box {
      if (!(left <= right && top <= bottom)) {
        throw new IllegalArgumentException(
            "a box cannot reach from %s, %s to %s, %s".formatted(left, top, right, bottom));
      }
    }

    /** The box between two opposite corners, whichever they are. */
    public static Box of(double x1, double y1, double x2, double y2) {
      return new Box(Math.min(x1, x2), Math.min(y1, y2), Math.max(x1, x2), Math.max(y1, y2));
    }

    @Override
    public Box map(DoubleUnaryOperator x, DoubleUnaryOperator y) {
      return of(
          x.applyAsDouble(left),
          y.applyAsDouble(top),
          x.applyAsDouble(right),
          y.applyAsDouble(bottom));
    }

    @Override
    public Box transposed() {
      return new Box(top, left, bottom, right);
    }

    @Override
    public double[] numbers() {
      return new double[] {left, top, right, bottom};
    }

    /**
     * How much two boxes are the same: what they share by what they cover together, 0 to 1; 0 where
     * both are empty.
     */
    public double overlap(Box other) {
      double w = Math.min(right, other.right) - Math.max(left, other.left);
      double h = Math.min(bottom, other.bottom) - Math.max(top, other.top);
      double shared = Math.max(0, w) * Math.max(0, h);
      double all = area() + other.area() - shared;
      return all > 0 ? shared / all : 0;
    }

    private double area() {
      return (right - left) * (bottom - top);
    }
  }

  /** A point. */
  record Point(double x, double y) implements Shape {
    @Override
    public Point map(DoubleUnaryOperator mapX, DoubleUnaryOperator mapY) {
      return new Point(mapX.applyAsDouble(x), mapY.applyAsDouble(y));
    }

    @Override
    public Point transposed() {
      return new Point(y, x);
    }

    @Override
    public double[] numbers() {
      return new double[] {x, y};
    }
  }

  /** The shape with other coordinates; a box stays in order. */
  Shape map(DoubleUnaryOperator x, DoubleUnaryOperator y);

  /** The shape with rows and columns exchanged. */
  Shape transposed();

  /** Left, top, right, bottom of a box; x, y of a point. */
  double[] numbers();
}
