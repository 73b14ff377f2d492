package dev.ocelli.media;

import dev.ocelli.engine.OcelliException;
import java.util.function.BiFunction;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Finds streams of a PDF file that become huge when they are inflated, before a reader holds them
 * in memory. Streams are found by their keyword alone, since the file's own table of contents is in
 * such a stream, too.
 */
final class PdfBombs {
  /** Bytes that a stream may become: four for each pixel of a sheet of A3 at 600 dpi. */
  static final long MOST_BYTES = 320L << 20;

  /** Deflated streams within deflated streams that are looked into. */
  private static final int MOST_LEVELS = 4;

  private static final int PIECE = 1 << 16;

  private final long deadline;

  private PdfBombs(long deadline) {
    this.deadline = deadline;
  }

  /**
   * Inflates every stream of a file and throws the bytes away.
   *
   * @param refused makes an error about the file
   * @param deadline of {@link System#nanoTime}
   */
  static void check(
      byte[] file,
      BiFunction<String, @Nullable Throwable, OcelliException> refused,
      long deadline) {
    PdfBombs bombs = new PdfBombs(deadline);
    Bytes bytes = Bytes.bigEndian(file);
    try {
      for (int i = 0; i + 8 < file.length; i++) {
        if (file[i] == 's' && bytes.is(i, "stream") && (i == 0 || file[i - 1] != 'd')) {
          int at = i + 6;
          while (at < file.length && (file[at] == '\r' || file[at] == '\n')) {
            at++;
          }
          bombs.measure(file, at);
          i = at - 1;
        }
      }
    } catch (PdfLimitException e) {
      throw refused.apply("PDF document " + e.getMessage(), e);
    }
  }

  private void measure(byte[] file, int at) {
    if (!isDeflated(file, at, file.length)) {
      return;
    }
    try (Layer layer = new Layer(1)) {
      layer.add(file, at, file.length - at);
    }
  }

  /** Whether a zlib header stands there. */
  private static boolean isDeflated(byte[] data, int at, int end) {
    if (at + 2 > end) {
      return false;
    }
    int method = data[at] & 0xFF;
    return (method & 0x0F) == 8 && (method << 8 | data[at + 1] & 0xFF) % 31 == 0;
  }

  /** One inflater, and the next if what comes out is deflated, too. */
  private final class Layer implements AutoCloseable {
    private final Inflater inflater = new Inflater();
    private final byte[] out = new byte[PIECE];
    private final int level;
    private long total;
    private @Nullable Layer inner;

    Layer(int level) {
      this.level = level;
    }

    /** Takes all that is given, or up to the end of the deflated data or to its first fault. */
    void add(byte[] data, int from, int length) {
      inflater.setInput(data, from, length);
      try {
        while (!inflater.finished()) {
          int n = inflater.inflate(out);
          if (n == 0) {
            return;
          }
          boolean first = total == 0;
          total += n;
          if (total > MOST_BYTES) {
            throw new PdfLimitException(
                "has a stream that becomes more than %d MiB when it is inflated: it looks like an attack; print it to a new PDF if it is none"
                    .formatted(MOST_BYTES >> 20));
          }
          PdfLimitException.checkTime(deadline);
          if (first && level < MOST_LEVELS && isDeflated(out, 0, n)) {
            inner = new Layer(level + 1);
          }
          if (inner != null) {
            inner.add(out, 0, n);
          }
        }
      } catch (DataFormatException e) {
        // Readers take what comes before the fault.
        return;
      }
    }

    @Override
    public void close() {
      inflater.end();
      if (inner != null) {
        inner.close();
      }
    }
  }
}
