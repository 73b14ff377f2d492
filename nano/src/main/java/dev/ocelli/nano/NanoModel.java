package dev.ocelli.nano;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.URL;
import java.net.URLConnection;

/**
 * The embedded nano model: a trained Qwen3-VL of 5 million parameters that describes drawn shapes.
 *
 * <p>Both files are Q8_0. They are copied from the class path into native memory; nothing is
 * written to disk.
 */
public final class NanoModel {

  /** What the model is called in messages. */
  public static final String NAME = "nano (embedded)";

  /** What to call the language model's file in messages. */
  public static final String TEXT_ORIGIN = "nano/qwen3vl-nano-Q8_0.gguf";

  /** What to call the vision file in messages. */
  public static final String VISION_ORIGIN = "nano/mmproj-qwen3vl-nano-Q8_0.gguf";

  /** The fewest pixels of a picture: {@code shortest_edge} of its preprocessor configuration. */
  public static final long MIN_PIXELS = 8_192;

  /** The most pixels of a picture: {@code longest_edge} of its preprocessor configuration. */
  public static final long MAX_PIXELS = 4_194_304;

  private NanoModel() {}

  /** The language model: a whole GGUF file in memory that the arena owns. */
  public static MemorySegment text(Arena arena) {
    return read("qwen3vl-nano-Q8_0.gguf", arena);
  }

  /** The vision tower and its mergers: a whole GGUF file in memory that the arena owns. */
  public static MemorySegment vision(Arena arena) {
    return read("mmproj-qwen3vl-nano-Q8_0.gguf", arena);
  }

  /** A whole file beside this class. */
  static byte[] resource(String name) {
    try (InputStream in = url(name).openStream()) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static URL url(String name) {
    URL resource = NanoModel.class.getResource(name);
    if (resource == null) {
      throw new IllegalStateException(
          "the nano model's file " + name + " is not on the class path");
    }
    return resource;
  }

  private static MemorySegment read(String name, Arena arena) {
    try {
      URLConnection connection = url(name).openConnection();
      long size = connection.getContentLengthLong();
      MemorySegment file = arena.allocate(size, 64);
      try (InputStream in = connection.getInputStream()) {
        byte[] buffer = new byte[1 << 16];
        long at = 0;
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          MemorySegment.copy(buffer, 0, file, ValueLayout.JAVA_BYTE, at, n);
          at += n;
        }
        if (at != size) {
          throw new IOException("%s has %d of %d bytes".formatted(name, at, size));
        }
      }
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
