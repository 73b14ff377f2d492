package dev.ocelli.engine.quality;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What a reference model says about a text, in a file; also one that {@code llama-perplexity
 * --kl-divergence-base} wrote.
 */
public final class ReferenceFile implements AutoCloseable {
  /** Tokens of a vocabulary that any model has; more is a broken file. */
  private static final int MOST_VOCABULARY = 1 << 24;

  /** Far longer texts than anybody waits for. */
  private static final int MOST_TOKENS = 1 << 26;

  private final Path file;
  private final FileChannel channel;
  private final TextWindows text;
  private final int vocabulary;
  private final int rowBytes;

  /** CRC-32C of each window's rows; empty where the file has none. */
  private final int[] sums;

  private final CRC32C crc = new CRC32C();

  private ReferenceFile(
      Path file, FileChannel channel, TextWindows text, int vocabulary, int[] sums) {
    this.file = file;
    this.channel = channel;
    this.text = text;
    this.vocabulary = vocabulary;
    this.rowBytes = ReferenceFormat.rowBytes(vocabulary);
    this.sums = sums;
  }

  /**
   * Opens a file and reads everything but the rows.
   *
   * @throws OcelliException (INPUT) when it is missing, of another kind, cut or damaged
   */
  public static ReferenceFile open(Path file) {
    FileChannel channel = null;
    try {
      if (Files.isDirectory(file)) {
        throw bad(file, "this is a folder; name a file that perplexity --save-logits wrote");
      }
      channel = FileChannel.open(file, StandardOpenOption.READ);
      ReferenceFile opened = read(file, channel);
      channel = null;
      return opened;
    } catch (NoSuchFileException e) {
      throw new OcelliException(
          Kind.INPUT,
          file + ": no such file; make it with perplexity --save-logits and the reference model",
          e);
    } catch (IOException e) {
      throw unreadable(file, e);
    } finally {
      closeQuietly(channel);
    }
  }

  private static ReferenceFile read(Path file, FileChannel channel) throws IOException {
    long size = channel.size();
    ByteBuffer fixed = ByteBuffer.allocate(ReferenceFormat.FIXED_HEADER);
    if (size >= fixed.capacity()) {
      readFully(channel, fixed, 0);
    }
    fixed.order(ByteOrder.LITTLE_ENDIAN);
    byte[] magic = new byte[ReferenceFormat.MAGIC.length];
    fixed.get(magic);
    if (!Arrays.equals(magic, ReferenceFormat.MAGIC)) {
      throw bad(
          file, "this is no file of logits; make one with perplexity --save-logits FILE -m MODEL");
    }
    int context = fixed.getInt();
    int vocabulary = fixed.getInt();
    int windows = fixed.getInt();
    boolean possible =
        context >= 3 && windows >= 1 && vocabulary >= 1 && vocabulary <= MOST_VOCABULARY;
    if (!possible || (long) context * windows > MOST_TOKENS) {
      throw bad(
          file,
          "its header says %d windows of %d tokens with a vocabulary of %d, which cannot be; the file is damaged, make it anew"
              .formatted(windows, context, vocabulary));
    }
    long plain = ReferenceFormat.bytes(context, windows, vocabulary);
    long whole = plain + ReferenceFormat.trailerBytes(windows);
    if (size != plain && size != whole) {
      throw bad(
          file,
          "has %,d bytes, but %d windows of %d tokens with a vocabulary of %d take %,d; the file is cut or damaged, make it anew"
              .formatted(size, windows, context, vocabulary, whole));
    }
    ByteBuffer header =
        ByteBuffer.allocate((int) ReferenceFormat.headerBytes(context, windows))
            .order(ByteOrder.LITTLE_ENDIAN);
    readFully(channel, header, 0);
    int[] sums = size == plain ? new int[0] : sums(file, channel, plain, windows, header);
    int[] ids = new int[context * windows];
    header
        .position(ReferenceFormat.FIXED_HEADER)
        .slice()
        .order(ByteOrder.LITTLE_ENDIAN)
        .asIntBuffer()
        .get(ids);
    for (int id : ids) {
      if (id < 0 || id >= vocabulary) {
        throw bad(
            file,
            "has token %d, but the vocabulary %d; the file is damaged, make it anew"
                .formatted(id, vocabulary));
      }
    }
    channel.position(header.capacity());
    return new ReferenceFile(
        file, channel, new TextWindows(ids, context, windows), vocabulary, sums);
  }

  private static int[] sums(Path file, FileChannel channel, long at, int windows, ByteBuffer header)
      throws IOException {
    ByteBuffer trailer =
        ByteBuffer.allocate((int) ReferenceFormat.trailerBytes(windows))
            .order(ByteOrder.LITTLE_ENDIAN);
    readFully(channel, trailer, at);
    byte[] mark = new byte[ReferenceFormat.TRAILER.length];
    trailer.get(mark);
    CRC32C crc = new CRC32C();
    crc.update(header.array());
    if (!Arrays.equals(mark, ReferenceFormat.TRAILER) || trailer.getInt() != (int) crc.getValue()) {
      throw bad(file, "a checksum does not match; the file is damaged, make it anew");
    }
    int[] sums = new int[windows];
    trailer.asIntBuffer().get(sums);
    return sums;
  }

  /** The file. */
  public Path path() {
    return file;
  }

  /** The text in the tokens that it was read in. */
  public TextWindows text() {
    return text;
  }

  /** Tokens that the reference model knows. */
  public int vocabulary() {
    return vocabulary;
  }

  /** Whether checksums tell that nothing in it has changed. */
  public boolean checked() {
    return sums.length > 0;
  }

  int rowBytes() {
    return rowBytes;
  }

  /**
   * Reads the next rows.
   *
   * @param window that they are of
   * @param count rows
   * @param last whether the window ends with them
   */
  void next(byte[] to, int window, int count, boolean last) {
    ByteBuffer rows = ByteBuffer.wrap(to, 0, count * rowBytes);
    try {
      readFully(channel, rows, -1);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
    if (!checked()) {
      return;
    }
    crc.update(to, 0, count * rowBytes);
    if (last) {
      if (sums[window] != (int) crc.getValue()) {
        throw bad(
            file,
            "the checksum of window %d does not match; the file is damaged, make it anew"
                .formatted(window + 1));
      }
      crc.reset();
    }
  }

  /** One of the rows that were read. */
  ReferenceFormat.Row row(byte[] rows, int row) {
    return ReferenceFormat.Row.of(
        MemorySegment.ofArray(rows).asSlice((long) row * rowBytes, rowBytes));
  }

  /** Fills the buffer and makes it ready to be read. */
  private static void readFully(FileChannel channel, ByteBuffer to, long at) throws IOException {
    long place = at;
    while (to.hasRemaining()) {
      int n = at < 0 ? channel.read(to) : channel.read(to, place);
      if (n < 0) {
        throw new EOFException("it ends too early");
      }
      place += n;
    }
    to.flip();
  }

  private static OcelliException bad(Path file, String problem) {
    return new OcelliException(Kind.INPUT, file + ": " + problem);
  }

  private static OcelliException unreadable(Path file, IOException e) {
    return new OcelliException(
        Kind.INPUT,
        "%s: cannot be read (%s); check the file and its permissions"
            .formatted(file, e.getMessage()),
        e);
  }

  private static void closeQuietly(@Nullable FileChannel channel) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        // Nothing was written; the failure that led here is the one to report.
      }
    }
  }

  @Override
  public void close() {
    closeQuietly(channel);
  }
}
