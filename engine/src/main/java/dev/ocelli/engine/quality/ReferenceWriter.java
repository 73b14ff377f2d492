package dev.ocelli.engine.quality;

import dev.ocelli.engine.runtime.PromptLogits;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/** Writes a {@link ReferenceFile} while a text is read. */
public final class ReferenceWriter {
  private final OutputStream out;
  private final int rowBytes;
  private final byte[] rows;
  private final CRC32C crc = new CRC32C();
  private final ByteBuffer trailer;
  private int from;

  /**
   * Writes what stands before the rows.
   *
   * @param vocabulary tokens that the model knows
   * @throws IOException when it cannot be written
   */
  public ReferenceWriter(OutputStream out, TextWindows text, int vocabulary) throws IOException {
    this.out = out;
    this.rowBytes = ReferenceFormat.rowBytes(vocabulary);
    this.rows = new byte[Math.min(PromptLogits.ROWS, text.scored()) * rowBytes];
    ByteBuffer header =
        ByteBuffer.allocate(
                Math.toIntExact(ReferenceFormat.headerBytes(text.context(), text.count())))
            .order(ByteOrder.LITTLE_ENDIAN);
    header.put(ReferenceFormat.MAGIC);
    header.putInt(text.context()).putInt(vocabulary).putInt(text.count());
    for (int id : text.ids()) {
      header.putInt(id);
    }
    crc.update(header.array());
    out.write(header.array());
    trailer =
        ByteBuffer.allocate(Math.toIntExact(ReferenceFormat.trailerBytes(text.count())))
            .order(ByteOrder.LITTLE_ENDIAN);
    trailer.put(ReferenceFormat.TRAILER);
    endPart();
  }

  /** Bytes of the whole file. */
  public static long bytes(TextWindows text, int vocabulary) {
    return ReferenceFormat.bytes(text.context(), text.count(), vocabulary)
        + ReferenceFormat.trailerBytes(text.count());
  }

  private void endPart() {
    trailer.putInt((int) crc.getValue());
    crc.reset();
  }

  /** Rows from one of a window on are about to come. */
  void begin(int row) {
    from = row;
  }

  /** One of them; called by several threads. */
  void row(int row, LogSoftmax s) {
    MemorySegment all = MemorySegment.ofArray(rows);
    ReferenceFormat.encode(s, all.asSlice((long) (row - from) * rowBytes, rowBytes));
  }

  /**
   * They have come.
   *
   * @param last whether the window ends with them
   */
  void end(int count, boolean last) throws IOException {
    crc.update(rows, 0, count * rowBytes);
    out.write(rows, 0, count * rowBytes);
    if (last) {
      endPart();
    }
  }

  /**
   * Writes what stands behind the rows of all windows.
   *
   * @throws IOException when it cannot be written
   */
  public void finish() throws IOException {
    if (trailer.hasRemaining()) {
      throw new IllegalStateException("windows are missing");
    }
    out.write(trailer.array());
  }
}
