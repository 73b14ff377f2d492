package dev.ocelli.media.draw;

import dev.ocelli.engine.grounding.Shape;
import dev.ocelli.engine.vision.RgbImage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Draws boxes and points with their labels into pictures. Equal labels have equal colours; lines
 * and letters grow with the picture, and both have an edge in black or white, so that they are seen
 * on any ground. The same marks give the same pixels everywhere, as long as labels are ASCII.
 */
public final class Annotator {
  /** Told apart by most people, those who see few colours included; 0xRRGGBB. */
  private static final int[] COLOURS = {
    0xE6194B, 0x3CB44B, 0x4363D8, 0xFFE119, 0xF58231, 0x911EB4, 0x42D4F4, 0xF032E6, 0xBFEF45,
    0xFABED4, 0x469990, 0x9A6324
  };

  private static final int BLACK = 0x000000;
  private static final int WHITE = 0xFFFFFF;
  private static final int LONGEST_LABEL = 80;

  private final byte[] rgb;
  private final int width;
  private final int height;
  private final int line;
  private final int scale;
  private final List<int[]> tags = new ArrayList<>();

  /**
   * Something to be drawn.
   *
   * @param label empty for none
   * @param shape in pixels of the picture
   */
  public record Mark(String label, Shape shape) {}

  private Annotator(RgbImage picture) {
    this.rgb = picture.rgb().clone();
    this.width = picture.width();
    this.height = picture.height();
    int side = Math.min(width, height);
    this.line = Math.clamp(Math.round(side / 250f), 1, 24);
    this.scale = Math.clamp(Math.round(side / 240f), 1, 16);
  }

  /** A copy of a picture with marks in it: shapes first, labels above all of them. */
  public static RgbImage draw(RgbImage picture, List<Mark> marks) {
    Annotator a = new Annotator(picture);
    Map<String, Integer> colours = new LinkedHashMap<>();
    for (Mark m : marks) {
      int next = COLOURS[colours.size() % COLOURS.length];
      a.shape(m.shape(), colours.computeIfAbsent(m.label(), l -> next));
    }
    for (Mark m : marks) {
      if (!m.label().isBlank()) {
        a.label(m, colours.getOrDefault(m.label(), BLACK));
      }
    }
    return new RgbImage(a.width, a.height, a.rgb);
  }

  /**
   * A picture of at most so many pixels: every pixel the mean of a square, or the picture itself
   * where it is small enough.
   */
  public static RgbImage shrunk(RgbImage picture, long mostPixels) {
    int by = 1;
    while ((long) Math.ceilDiv(picture.width(), by) * Math.ceilDiv(picture.height(), by)
        > mostPixels) {
      by++;
    }
    if (by == 1) {
      return picture;
    }
    int w = Math.ceilDiv(picture.width(), by);
    int h = Math.ceilDiv(picture.height(), by);
    byte[] out = new byte[w * h * 3];
    for (int i = 0; i < out.length; i++) {
      int channel = i % 3;
      int x = i / 3 % w * by;
      int y = i / 3 / w * by;
      int sum = 0;
      int n = 0;
      for (int v = y; v < Math.min(y + by, picture.height()); v++) {
        for (int u = x; u < Math.min(x + by, picture.width()); u++, n++) {
          sum += picture.rgb()[(v * picture.width() + u) * 3 + channel] & 0xFF;
        }
      }
      out[i] = (byte) ((sum + n / 2) / n);
    }
    return new RgbImage(w, h, out);
  }

  private void shape(Shape shape, int colour) {
    int edge = contrast(colour);
    int halo = Math.max(1, line / 3);
    switch (shape) {
      case Shape.Box b -> {
        frame(b, halo, line + 2 * halo, edge);
        frame(b, 0, line, colour);
      }
      case Shape.Point p -> {
        int radius = 3 * line + halo;
        disc(p, radius, edge);
        disc(p, radius - halo, colour);
      }
    }
  }

  /** The frame of a box, its outer edge {@code out} pixels outside of it. */
  private void frame(Shape.Box b, int out, int thick, int colour) {
    int left = (int) Math.floor(b.left()) - out;
    int top = (int) Math.floor(b.top()) - out;
    int right = Math.max((int) Math.ceil(b.right()) + out, left + 1);
    int bottom = Math.max((int) Math.ceil(b.bottom()) + out, top + 1);
    fill(left, top, right, Math.min(top + thick, bottom), colour);
    fill(left, Math.max(bottom - thick, top), right, bottom, colour);
    fill(left, top, Math.min(left + thick, right), bottom, colour);
    fill(Math.max(right - thick, left), top, right, bottom, colour);
  }

  private void disc(Shape.Point p, int radius, int colour) {
    int cx = (int) Math.floor(p.x());
    int cy = (int) Math.floor(p.y());
    for (int y = -radius; y <= radius; y++) {
      int half = (int) Math.sqrt((double) radius * radius - (double) y * y);
      fill(cx - half, cy + y, cx + half + 1, cy + y + 1, colour);
    }
  }

  private void label(Mark mark, int colour) {
    int pad = 2 * scale;
    LabelText.Dots dots = fitting(mark.label(), width - 2 * pad);
    int w = dots.width() + 2 * pad;
    int h = dots.height() + 2 * pad;
    int[] at = place(mark.shape(), w, h);
    tags.add(new int[] {at[0], at[1], at[0] + w, at[1] + h});
    fill(at[0], at[1], at[0] + w, at[1] + h, colour);
    int ink = contrast(colour);
    for (int y = 0; y < dots.height(); y++) {
      for (int x = 0; x < dots.width(); x++) {
        if (dots.set()[y * dots.width() + x]) {
          fill(at[0] + pad + x, at[1] + pad + y, at[0] + pad + x + 1, at[1] + pad + y + 1, ink);
        }
      }
    }
  }

  /** The label in one line, shortened until it is as wide as there is room. */
  private LabelText.Dots fitting(String label, int room) {
    String text = label.strip().replaceAll("[\\p{Cntrl}\\s]+", " ");
    int[] points = text.codePoints().limit(LONGEST_LABEL).toArray();
    for (int n = points.length; ; n--) {
      String shown = new String(points, 0, n);
      LabelText.Dots dots =
          LabelText.draw(n < text.codePointCount(0, text.length()) ? shown + ".." : shown, scale);
      if (dots.width() <= room || n == 1) {
        return dots;
      }
    }
  }

  /** Above the shape where there is room, or else in it or below; not upon another label. */
  private int[] place(Shape shape, int w, int h) {
    int around = shape instanceof Shape.Point ? 4 * line + 1 : 0;
    double[] n = shape.numbers();
    int left = (int) Math.floor(n[0]) - around;
    int top = (int) Math.floor(n[1]) - around;
    int bottom = (int) Math.ceil(n[n.length - 1]) + around;
    int x = Math.clamp(left, 0, Math.max(0, width - w));
    int[] rows = {top - h, top + line, bottom, bottom - line - h};
    int first = -1;
    for (int row : rows) {
      int y = Math.clamp(row, 0, Math.max(0, height - h));
      boolean inside = y == row;
      if (inside && tags.stream().noneMatch(t -> overlaps(t, x, y, w, h))) {
        return new int[] {x, y};
      }
      first = inside && first < 0 ? y : first;
    }
    return new int[] {x, first < 0 ? Math.clamp(top, 0, Math.max(0, height - h)) : first};
  }

  private static boolean overlaps(int[] tag, int x, int y, int w, int h) {
    return x < tag[2] && x + w > tag[0] && y < tag[3] && y + h > tag[1];
  }

  private static int contrast(int colour) {
    int light = 299 * (colour >> 16) + 587 * (colour >> 8 & 0xFF) + 114 * (colour & 0xFF);
    return light > 128_000 ? BLACK : WHITE;
  }

  /** Fills a rectangle, of which any part may lie outside of the picture. */
  private void fill(int left, int top, int right, int bottom, int colour) {
    for (int y = Math.max(0, top); y < Math.min(height, bottom); y++) {
      for (int x = Math.max(0, left); x < Math.min(width, right); x++) {
        int at = (y * width + x) * 3;
        rgb[at] = (byte) (colour >> 16);
        rgb[at + 1] = (byte) (colour >> 8);
        rgb[at + 2] = (byte) colour;
      }
    }
  }
}
