package dev.ocelli.engine.testing;

import dev.ocelli.engine.vision.RgbImage;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import javax.imageio.ImageIO;

/** Reads pictures of the fixtures: 8-bit RGB PNG only. */
public final class Pictures {
  private Pictures() {}

  /**
   * Reads a class path resource.
   *
   * @param name from the root, for example {@code "/reference/golden/images/a_160x96.png"}
   */
  public static RgbImage resource(String name) {
    try (InputStream in = Pictures.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalArgumentException("no resource " + name);
      }
      return read(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads a stream; the caller closes it. */
  public static RgbImage read(InputStream in) {
    try {
      BufferedImage image = Objects.requireNonNull(ImageIO.read(in));
      int width = image.getWidth();
      int height = image.getHeight();
      byte[] rgb = new byte[width * height * 3];
      int[] row = new int[width];
      for (int y = 0, at = 0; y < height; y++) {
        image.getRGB(0, y, width, 1, row, 0, width);
        for (int p : row) {
          rgb[at++] = (byte) (p >> 16);
          rgb[at++] = (byte) (p >> 8);
          rgb[at++] = (byte) p;
        }
      }
      return new RgbImage(width, height, rgb);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
