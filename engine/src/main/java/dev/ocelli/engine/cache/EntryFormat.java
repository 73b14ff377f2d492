package dev.ocelli.engine.cache;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The bytes of an entry's file, little endian:
 *
 * <pre>
 *   0  8  magic "OCELLI-C"
 *   8  4  version
 *  12  4  kind
 *  16 32  identity of what computed it
 *  48 32  key
 *  80  8  length of the data
 *  88  4  CRC-32C of the data
 *  92  4  CRC-32C of bytes 0 to 91
 *  96     data
 * </pre>
 */
final class EntryFormat {
  /** Bytes before the data. */
  static final int HEADER = 96;

  private static final int VERSION = 1;
  private static final byte[] MAGIC = "OCELLI-C".getBytes(StandardCharsets.US_ASCII);
  private static final int HEADER_SUM = 92;
  private static final int DATA_SUM = 88;

  /** Bytes read or written at once. */
  private static final long PIECE = 4 << 20;

  private EntryFormat() {}

  private static ByteBuffer header(CacheFolder.Name name, long bytes, int sum) {
    ByteBuffer b = ByteBuffer.allocate(HEADER).order(ByteOrder.LITTLE_ENDIAN);
    b.put(MAGIC).putInt(VERSION).putInt(name.kind().number);
    b.put(HexFormat.of().parseHex(name.identity())).put(HexFormat.of().parseHex(name.key()));
    b.putLong(bytes).putInt(sum);
    CRC32C crc = new CRC32C();
    crc.update(b.array(), 0, HEADER_SUM);
    return b.putInt((int) crc.getValue()).flip();
  }

  /** Writes a whole file. */
  static void write(FileChannel out, CacheFolder.Name name, List<MemorySegment> parts)
      throws IOException {
    CRC32C crc = new CRC32C();
    long bytes = 0;
    for (MemorySegment part : parts) {
      bytes += part.byteSize();
      for (long at = 0; at < part.byteSize(); at += PIECE) {
        crc.update(piece(part, at));
      }
    }
    writeFully(out, header(name, bytes, (int) crc.getValue()));
    for (MemorySegment part : parts) {
      for (long at = 0; at < part.byteSize(); at += PIECE) {
        writeFully(out, piece(part, at));
      }
    }
  }

  /**
   * Reads a file.
   *
   * @param parts take the data; they have its length in all
   * @return whether the file is what its name says, and whole
   */
  static boolean read(FileChannel in, CacheFolder.Name name, List<MemorySegment> parts)
      throws IOException {
    ByteBuffer found = ByteBuffer.allocate(HEADER).order(ByteOrder.LITTLE_ENDIAN);
    CRC32C crc = new CRC32C();
    long bytes = 0;
    try {
      readFully(in, found);
      for (MemorySegment part : parts) {
        bytes += part.byteSize();
        for (long at = 0; at < part.byteSize(); at += PIECE) {
          ByteBuffer piece = piece(part, at);
          readFully(in, piece);
          crc.update(piece.flip());
        }
      }
    } catch (EOFException e) {
      return false;
    }
    int sum = (int) crc.getValue();
    return found.getInt(DATA_SUM) == sum
        && Arrays.equals(found.array(), header(name, bytes, sum).array());
  }

  private static ByteBuffer piece(MemorySegment part, long at) {
    return part.asSlice(at, Math.min(PIECE, part.byteSize() - at)).asByteBuffer();
  }

  private static void writeFully(FileChannel out, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }

  private static void readFully(FileChannel in, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      if (in.read(bytes) < 0) {
        throw new EOFException();
      }
    }
  }
}
