package dev.ocelli.hub;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A file that is being downloaded in segments, each from its beginning on.
 *
 * <p>How far each segment is stands in a second file, written behind the bytes themselves: a
 * process that is killed leaves at worst some bytes that are fetched again. After a power cut a
 * segment may claim bytes that never reached the disk; the hash of the whole finds that out.
 */
final class PartFile implements AutoCloseable {
  private static final long MAGIC = 0x4f434550415254_01L;
  private static final int HEADER = 8 + 8 + 8 + 32;

  private final FileChannel data;
  private final FileChannel state;
  private final Path path;
  private final String identity;
  private final long size;
  private long segment;
  private long[] done;

  private PartFile(Path path, String identity, long size, long segment) throws IOException {
    this.path = path;
    this.identity = identity;
    this.size = size;
    this.segment = segment;
    this.done = new long[count(size, segment)];
    data =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      state =
          FileChannel.open(
              statePath(path),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
    } catch (IOException e) {
      data.close();
      throw e;
    }
  }

  /**
   * Opens what there is, or begins.
   *
   * @param identity of the content: parts of another one are thrown away
   * @param segment bytes of a segment, where nothing has begun yet
   */
  static PartFile open(Path path, String identity, long size, long segment) throws IOException {
    PartFile part = new PartFile(path, identity, size, segment);
    try {
      if (!part.restore()) {
        part.reset();
      }
      return part;
    } catch (Throwable e) {
      part.close();
      throw e;
    }
  }

  /** The bytes that are there already, as {@link #open} would find them. */
  static long present(Path path, String identity, long size) {
    if (!Files.exists(statePath(path))) {
      return 0;
    }
    try (PartFile part = new PartFile(path, identity, size, Math.max(1, size))) {
      return part.restore() ? part.present() : 0;
    } catch (IOException e) {
      return 0; // it will begin anew
    }
  }

  static Path statePath(Path path) {
    return path.resolveSibling(path.getFileName() + ".state");
  }

  static void delete(Path path) throws IOException {
    Files.deleteIfExists(statePath(path));
    Files.deleteIfExists(path);
  }

  private static int count(long size, long segment) {
    return Math.toIntExact((size + segment - 1) / segment);
  }

  private boolean restore() throws IOException {
    ByteBuffer header = ByteBuffer.allocate(HEADER);
    if (!readFully(header, 0)) {
      return false;
    }
    header.flip();
    byte[] hash = new byte[32];
    boolean same = header.getLong() == MAGIC & header.getLong() == size;
    long kept = header.getLong();
    header.get(hash);
    if (!same || kept < 1 || size / kept > 1 << 20 || !Arrays.equals(hash, hash())) {
      return false;
    }
    long[] read = new long[count(size, kept)];
    ByteBuffer lengths = ByteBuffer.allocate(8 * read.length);
    if (!readFully(lengths, HEADER)) {
      return false;
    }
    lengths.flip();
    long length = data.size();
    for (int i = 0; i < read.length; i++) {
      read[i] = lengths.getLong();
      long most = Math.min(kept, size - i * kept);
      if (read[i] < 0 || read[i] > most || read[i] > 0 && i * kept + read[i] > length) {
        return false;
      }
    }
    segment = kept;
    done = read;
    return true;
  }

  private boolean readFully(ByteBuffer to, long at) throws IOException {
    while (to.hasRemaining()) {
      int n = state.read(to, at + to.position());
      if (n < 0) {
        return false;
      }
    }
    return true;
  }

  private byte[] hash() {
    return HexFormat.of().parseHex(Hashes.sha256(identity));
  }

  /** Throws away what is there. */
  synchronized void reset() throws IOException {
    state.truncate(0); // first: without it the bytes count for nothing
    data.truncate(0);
    Arrays.fill(done, 0);
    ByteBuffer header = ByteBuffer.allocate(HEADER + 8 * done.length);
    header.putLong(MAGIC).putLong(size).putLong(segment).put(hash());
    header.position(0).limit(header.capacity());
    write(state, header, 0);
  }

  int segments() {
    return done.length;
  }

  /** Where the next byte of a segment belongs. */
  synchronized long next(int i) {
    return i * segment + done[i];
  }

  /** The place behind a segment. */
  long end(int i) {
    return Math.min(size, (i + 1) * segment);
  }

  synchronized long present() {
    return Arrays.stream(done).sum();
  }

  /** Appends to a segment; one thread at a time does that to the same one. */
  void append(int i, ByteBuffer bytes) throws IOException {
    long at = next(i);
    int n = bytes.remaining();
    write(data, bytes, at);
    ByteBuffer length = ByteBuffer.allocate(8);
    synchronized (this) {
      done[i] += n;
      length.putLong(done[i]).flip();
      write(state, length, HEADER + 8L * i);
    }
  }

  private static void write(FileChannel to, ByteBuffer bytes, long at) throws IOException {
    long place = at;
    while (bytes.hasRemaining()) {
      place += to.write(bytes, place);
    }
  }

  /** Puts everything on the disk. */
  void force() throws IOException {
    data.force(true);
  }

  Path path() {
    return path;
  }

  @Override
  public void close() throws IOException {
    try {
      data.close();
    } finally {
      state.close();
    }
  }
}
