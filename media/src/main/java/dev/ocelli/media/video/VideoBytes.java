package dev.ocelli.media.video;

import dev.ocelli.engine.OcelliException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** The bytes of a video, in a file or in memory. */
final class VideoBytes {
  private final @Nullable Path file;
  private final byte[] bytes;
  private @Nullable String sha256;

  private VideoBytes(@Nullable Path file, byte[] bytes) {
    this.file = file;
    this.bytes = bytes;
  }

  static VideoBytes in(Path file) {
    return new VideoBytes(file.toAbsolutePath(), new byte[0]);
  }

  static VideoBytes of(byte[] bytes) {
    return new VideoBytes(null, bytes);
  }

  /** Bytes that are held in memory. */
  int held() {
    return bytes.length;
  }

  /**
   * A file that programs can read.
   *
   * @param path the file
   * @param temporary whether it is deleted in the end
   */
  record Located(Path path, boolean temporary) implements AutoCloseable {
    /** As ffmpeg's argument: neither an option nor another protocol, whatever its name. */
    String url() {
      return "file:" + path;
    }

    @Override
    public void close() {
      if (temporary) {
        try {
          Files.deleteIfExists(path);
        } catch (IOException e) {
          // It lies in the folder for temporary files; nothing depends on it.
          return;
        }
      }
    }
  }

  /** A file with the bytes: they need not come in the order in which programs want them. */
  Located locate() {
    if (file != null) {
      return new Located(file, false);
    }
    try {
      // Readable by this user alone.
      Path temporary = Files.createTempFile("ocelli-", ".video");
      Files.write(temporary, bytes);
      return new Located(temporary, true);
    } catch (IOException e) {
      throw new OcelliException(
          OcelliException.Kind.RESOURCE,
          "no room for a video of %d bytes in the folder for temporary files (%s)"
              .formatted(bytes.length, e.getMessage()),
          e);
    }
  }

  /** Hashes all bytes, once. */
  synchronized String sha256(String name) {
    if (sha256 == null) {
      MessageDigest digest = sha256();
      if (file == null) {
        digest.update(bytes);
      } else {
        byte[] part = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(file)) {
          for (int n = in.read(part); n >= 0; n = in.read(part)) {
            digest.update(part, 0, n);
          }
        } catch (IOException e) {
          throw new OcelliException(
              OcelliException.Kind.INPUT, name + ": cannot be read: " + e.getMessage(), e);
        }
      }
      sha256 = HexFormat.of().formatHex(digest.digest());
    }
    return sha256;
  }

  /** A short word for a list of frames. */
  static String digest(int[] indices) {
    ByteBuffer all = ByteBuffer.allocate(4 * indices.length);
    for (int i : indices) {
      all.putInt(i);
    }
    return HexFormat.of().formatHex(sha256().digest(all.array()), 0, 16);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
