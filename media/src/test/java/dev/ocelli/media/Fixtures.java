package dev.ocelli.media;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The pictures of the folder {@code pictures} and what Pillow decodes from them. */
final class Fixtures {
  private Fixtures() {}

  /** A line of the manifest. */
  record Entry(String file, ImageHeader header, int width, int height) {
    @Override
    public String toString() {
      return file;
    }
  }

  static List<Entry> all() {
    return new String(bytes("manifest.csv"), StandardCharsets.UTF_8)
        .lines()
        .skip(1)
        .map(line -> line.split(","))
        .map(f ->
            new Entry(
                f[0],
                new ImageHeader(
                    PictureFormat.valueOf(f[1]),
                    new dev.ocelli.engine.vision.ImageSize(
                        Integer.parseInt(f[2]), Integer.parseInt(f[3])),
                    Integer.parseInt(f[4]),
                    Integer.parseInt(f[5]),
                    f[6].equals("1"),
                    Integer.parseInt(f[7])),
                Integer.parseInt(f[8]),
                Integer.parseInt(f[9])))
        .toList();
  }

  static byte[] bytes(String name) {
    try (InputStream in = Fixtures.class.getResourceAsStream("/pictures/" + name)) {
      if (in == null) {
        throw new IllegalArgumentException("no fixture " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
