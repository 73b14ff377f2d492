package dev.ocelli.media.draw;

import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The words of labels as dots. ASCII is drawn from glyphs of 5 x 7 dots that come with the program:
 * the same dots on every machine, and no font is needed. Other writing is drawn by the machine's
 * fonts where it has them; else each character is a frame.
 */
final class LabelText {
  private static final int WIDTH = 5;
  private static final int HEIGHT = 7;
  private static final int FIRST = ' ';
  private static final int LAST = '~';
  private static final int[] FRAME = {0x1F, 0x11, 0x11, 0x11, 0x11, 0x11, 0x1F};

  /** Characters of other writing need more dots than Latin ones to be read. */
  private static final int FONT_DOTS = 12;

  private static final int[][] GLYPHS = glyphs();

  private LabelText() {}

  /**
   * Dots that are set.
   *
   * @param set row by row
   */
  record Dots(int width, int height, boolean[] set) {}

  /**
   * Draws a line.
   *
   * @param text without line ends, not empty
   * @param scale pixels a dot, at least 1
   */
  static Dots draw(String text, int scale) {
    if (text.chars().allMatch(c -> c >= FIRST && c <= LAST)) {
      return glyphs(text, scale);
    }
    Dots dots = font(text, scale * FONT_DOTS);
    return dots == null ? glyphs(text, scale) : dots;
  }

  private static Dots glyphs(String text, int scale) {
    int[] points = text.codePoints().toArray();
    int width = (points.length * (WIDTH + 1) - 1) * scale;
    boolean[] set = new boolean[width * HEIGHT * scale];
    for (int i = 0; i < points.length; i++) {
      int[] rows = points[i] >= FIRST && points[i] <= LAST ? GLYPHS[points[i] - FIRST] : FRAME;
      for (int y = 0; y < HEIGHT * scale; y++) {
        for (int x = 0; x < WIDTH * scale; x++) {
          int bit = WIDTH - 1 - x / scale;
          set[y * width + i * (WIDTH + 1) * scale + x] = (rows[y / scale] >> bit & 1) != 0;
        }
      }
    }
    return new Dots(width, HEIGHT * scale, set);
  }

  /** By a font of the machine; null where it has none for the text. */
  private static @Nullable Dots font(String text, int size) {
    try {
      Font font = new Font(Font.SANS_SERIF, Font.PLAIN, size);
      if (font.canDisplayUpTo(text) >= 0) {
        return null;
      }
      BufferedImage probe = new BufferedImage(1, 1, BufferedImage.TYPE_BYTE_GRAY);
      Graphics2D metrics = probe.createGraphics();
      Rectangle2D box = font.getStringBounds(text, metrics.getFontRenderContext());
      float base = (float) -box.getY();
      metrics.dispose();
      int width = Math.max(1, (int) Math.ceil(box.getWidth()));
      int height = Math.max(1, (int) Math.ceil(box.getHeight()));
      BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
      Graphics2D g = image.createGraphics();
      g.setRenderingHint(
          RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_OFF);
      g.setFont(font);
      g.drawString(text, 0, base);
      g.dispose();
      boolean[] set = new boolean[width * height];
      for (int i = 0; i < set.length; i++) {
        set[i] = image.getRaster().getSample(i % width, i / width, 0) > 127;
      }
      return new Dots(width, height, set);
    } catch (RuntimeException | LinkageError | InternalError e) {
      // A Java without fonts or without the libraries that draw them: a label is not worth failing.
      return null;
    }
  }

  private static int[][] glyphs() {
    try (InputStream in = LabelText.class.getResourceAsStream("glyphs.txt")) {
      if (in == null) {
        throw new IllegalStateException("the glyphs of labels are not in the jar");
      }
      List<String> lines =
          new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().toList();
      int[][] all = new int[lines.size()][HEIGHT];
      for (int i = 0; i < all.length; i++) {
        String[] words = lines.get(i).split(" ", -1);
        for (int y = 0; y < HEIGHT; y++) {
          all[i][y] = Integer.parseInt(words[words.length - HEIGHT + y], 16);
        }
      }
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
