package dev.ocelli.media;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.vision.RgbImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A picture file in memory, known to be complete and within the limits, not decoded.
 *
 * @param name what messages call it
 * @param bytes the whole file
 * @param header what its container says
 */
public record ImageFile(String name, byte[] bytes, ImageHeader header) {

  /**
   * Reads a file and walks its container.
   *
   * @throws OcelliException (INPUT) if there is no such file, or no picture in it, or it is over a
   *     limit
   */
  public static ImageFile open(Path path, DecodeLimits limits) {
    String name = path.toString();
    return of(readBytes(path, limits), name, limits);
  }

  /** Walks the container of a picture that came from elsewhere, for example a data URL. */
  public static ImageFile of(byte[] bytes, String name, DecodeLimits limits) {
    return new ImageFile(name, bytes, ImageDecoder.readHeader(bytes, name, limits));
  }

  /** Decodes the picture upright. */
  public RgbImage decode(DecodeOptions options) {
    return ImageDecoder.decode(bytes, name, options);
  }

  static byte[] readBytes(Path path, DecodeLimits limits) {
    String name = path.toString();
    if (Files.isDirectory(path)) {
      throw ImageDecoder.refused(name, "is a folder: give a picture file", null);
    }
    try (InputStream in = Files.newInputStream(path)) {
      // The file may be a pipe or grow: the limit counts what is read, not what the size says.
      byte[] bytes = in.readNBytes((int) Math.min(limits.maxBytes() + 1, Integer.MAX_VALUE - 16));
      if (bytes.length > limits.maxBytes()) {
        throw ImageDecoder.tooManyBytes(name, Math.max(bytes.length, Files.size(path)), limits);
      }
      return bytes;
    } catch (NoSuchFileException e) {
      throw ImageDecoder.refused(name, "there is no such file: check the path", e);
    } catch (AccessDeniedException e) {
      throw ImageDecoder.refused(name, "may not be read: check its permissions", e);
    } catch (IOException e) {
      throw ImageDecoder.refused(name, "cannot be read: " + e.getMessage(), e);
    } catch (OutOfMemoryError e) {
      throw ImageDecoder.refused(name, "does not fit into memory: give the program more memory", e);
    }
  }
}
