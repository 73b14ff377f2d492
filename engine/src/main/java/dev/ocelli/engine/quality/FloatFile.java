package dev.ocelli.engine.quality;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Float32 arrays in a temporary file that nobody else sees and that goes away when closed. */
final class FloatFile implements AutoCloseable {
  private final Path folder;
  private final FileChannel channel;
  private ByteBuffer buffer = ByteBuffer.allocate(0);
  private long end;

  /**
   * Makes an empty file.
   *
   * @throws OcelliException (RESOURCE) when the folder cannot be written
   */
  FloatFile(Path folder) {
    this.folder = folder;
    Path file = null;
    try {
      file = Files.createTempFile(folder, "ocelli-", ".tmp");
      channel =
          FileChannel.open(
              file,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /**
   * Checks that the disk has room.
   *
   * @param bytes that may be written from now on
   * @throws OcelliException (RESOURCE) with both numbers when it has not
   */
  void requireRoom(long bytes) {
    long free;
    try {
      free = Files.getFileStore(folder).getUsableSpace();
    } catch (IOException e) {
      return; // the file system does not say; writing will tell
    }
    if (free < bytes) {
      throw new OcelliException(
          Kind.RESOURCE,
          "%s: the first model's predictions may take %,d bytes, but the disk has %,d free; name another folder with --tmp, give fewer pictures or a smaller -n"
              .formatted(folder, bytes, free));
    }
  }

  /** Where the next array will be. */
  long end() {
    return end;
  }

  /** Appends an array. */
  void append(float[] values) {
    ByteBuffer bytes = buffer(values.length);
    bytes.asFloatBuffer().put(values);
    try {
      while (bytes.hasRemaining()) {
        end += channel.write(bytes, end);
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Reads what was appended at a place. */
  void read(long at, float[] to) {
    ByteBuffer bytes = buffer(to.length);
    long place = at;
    try {
      while (bytes.hasRemaining()) {
        int n = channel.read(bytes, place);
        if (n < 0) {
          throw new EOFException("it ends too early");
        }
        place += n;
      }
    } catch (IOException e) {
      throw failed(e);
    }
    bytes.flip().asFloatBuffer().get(to);
  }

  private ByteBuffer buffer(int floats) {
    int bytes = Math.multiplyExact(4, floats);
    if (buffer.capacity() < bytes) {
      buffer = ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
    }
    return buffer.clear().limit(bytes);
  }

  private OcelliException failed(IOException e) {
    return new OcelliException(
        Kind.RESOURCE,
        "%s: a temporary file cannot be written or read (%s); name another folder with --tmp"
            .formatted(folder, e.getMessage()),
        e);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // Nothing in it is needed any more.
    }
  }
}
