package dev.ocelli.server.batch;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.server.wire.ApiError;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads a file line by line; lines of nothing but white space say nothing. */
public final class Lines implements AutoCloseable {
  /** A request with several large pictures. */
  private static final int MOST_BYTES = 128 << 20;

  private final Path file;
  private final InputStream in;
  private long position;
  private long number;

  /**
   * A line.
   *
   * @param number from 1
   * @param at where it begins
   * @param bytes without line end
   */
  public record Line(long number, long at, byte[] bytes) {}

  /** Opens a file. */
  public Lines(Path file) throws IOException {
    this.file = file;
    this.in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
  }

  /**
   * The next line, or null behind the last one.
   *
   * @throws ApiError 400 when it is too long
   */
  public @Nullable Line next() throws IOException {
    while (true) {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      long at = position;
      boolean blank = true;
      int b;
      for (b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
        position++;
        blank &= b == ' ' || b == '\t' || b == '\r';
        if (line.size() == MOST_BYTES) {
          throw new ApiError(
              ApiError.Kind.INVALID,
              "line %d: is longer than %d MiB; send fewer or smaller pictures in a request"
                  .formatted(number + 1, MOST_BYTES >> 20));
        }
        line.write(b);
      }
      position += b == '\n' ? 1 : 0;
      number += b == '\n' || line.size() > 0 ? 1 : 0;
      if (!blank) {
        return new Line(number, at, line.toByteArray());
      }
      if (b < 0) {
        return null;
      }
    }
  }

  /**
   * The bytes at a place of a file.
   *
   * @throws OcelliException (RESOURCE) when they are not there: the file has changed
   */
  public static byte[] read(Path file, long at, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    try (FileChannel channel = FileChannel.open(file)) {
      while (bytes.hasRemaining()) {
        if (channel.read(bytes, at + bytes.position()) < 0) {
          throw new OcelliException(
              Kind.RESOURCE, file + ": has become shorter; put it back as it was and start again");
        }
      }
    }
    return bytes.array();
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
