package dev.ocelli.server.batch;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * A file of lines that are known from elsewhere: lines that are there already are compared, and
 * behind the first difference everything is written anew. So a torn, cut or changed file becomes
 * whole again. Not thread-safe.
 */
final class LineFile implements AutoCloseable {
  private final Path file;
  private final FileChannel channel;
  private long position;
  private boolean same = true;

  LineFile(Path file) {
    this.file = file;
    try {
      channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** The next line, with its line end. */
  void put(byte[] line) {
    try {
      if (same) {
        if (Arrays.equals(there(line.length), line)) {
          position += line.length;
          return;
        }
        cut();
      }
      ByteBuffer out = ByteBuffer.wrap(line);
      while (out.hasRemaining()) {
        channel.write(out, position + out.position());
      }
      position += line.length;
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private byte[] there(int length) throws IOException {
    if (channel.size() - position < length) {
      return new byte[0];
    }
    ByteBuffer in = ByteBuffer.allocate(length);
    while (in.hasRemaining() && channel.read(in, position + in.position()) >= 0) {
      continue;
    }
    return in.array();
  }

  /** Takes away what is behind the lines that were put. */
  void cut() {
    try {
      if (channel.size() > position) {
        channel.truncate(position);
      }
      same = false;
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Has everything reach the disk. */
  void force() {
    try {
      channel.force(true);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private OcelliException failed(IOException e) {
    return new OcelliException(
        Kind.RESOURCE,
        "%s: cannot be written (%s); make room or name another file, and start again: what is done is kept"
            .formatted(file, e.getMessage()),
        e);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw failed(e);
    }
  }
}
