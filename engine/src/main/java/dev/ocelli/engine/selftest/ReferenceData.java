package dev.ocelli.engine.selftest;

import dev.ocelli.engine.vision.RgbImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * Where reference values come from: the class path of the program, or a folder in tests. Paths are
 * relative, with slashes.
 */
public interface ReferenceData {
  /** Opens a file, or null when there is none. */
  @Nullable InputStream open(String path);

  /** Decodes an 8-bit RGB PNG. */
  RgbImage decode(byte[] png);

  /** A file's bytes, or null when there is none. */
  default byte @Nullable [] bytes(String path) {
    try (InputStream in = open(path)) {
      return in == null ? null : in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(path, e);
    }
  }

  /** A file's bytes. */
  default byte[] require(String path) {
    byte[] b = bytes(path);
    if (b == null) {
      throw new IllegalStateException("reference data has no " + path);
    }
    return b;
  }

  /** An array, or null when there is none. */
  default Npy.@Nullable Array array(String path) {
    try (InputStream in = open(path)) {
      return in == null ? null : Npy.read(in);
    } catch (IOException e) {
      throw new UncheckedIOException(path, e);
    }
  }
}
