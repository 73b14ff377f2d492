package dev.ocelli.media;

import java.util.Arrays;

/**
 * Unpacks the pixels of a GIF frame (GIF89a specification, appendix F).
 *
 * <p>The JDK's reader leaves the rest of a frame as it is when its data ends early; here that is an
 * error.
 */
final class GifLzw {
  private static final int MAX_CODES = 4096;

  private final byte[] data;
  private int at;
  private int bits;
  private int available;

  /** By code: the code of all but the last value, the last value, and the number of values. */
  private final short[] prefix = new short[MAX_CODES];

  private final byte[] last = new byte[MAX_CODES];
  private final int[] length = new int[MAX_CODES];

  private GifLzw(byte[] data) {
    this.data = data;
  }

  /**
   * Unpacks a frame.
   *
   * @param data the contents of the sub-blocks, joined
   * @param minimum bits of a pixel, 1 to 8
   * @param count pixels of the frame
   * @return the pixels in the order in which they are stored
   */
  static byte[] unpack(byte[] data, int minimum, int count) throws BadPictureException {
    return new GifLzw(data).run(minimum, count);
  }

  private byte[] run(int minimum, int count) throws BadPictureException {
    byte[] out = new byte[count];
    int clear = 1 << minimum;
    Arrays.fill(length, 0, clear, 1);
    for (int i = 0; i < clear; i++) {
      last[i] = (byte) i;
    }
    int size = minimum + 1;
    int next = clear + 2;
    int previous = -1;
    int done = 0;
    while (done < count) {
      int code = read(size);
      if (code == clear) {
        size = minimum + 1;
        next = clear + 2;
        previous = -1;
        continue;
      }
      if (code < 0 || code == clear + 1) {
        throw new BadPictureException(
            "is damaged: the data of its first frame ends after "
                + done
                + " of "
                + count
                + " pixels; get another copy or save it anew");
      }
      if (code > next || code >= next && (previous < 0 || next == MAX_CODES)) {
        throw new BadPictureException(
            "is damaged: the data of its first frame has an impossible code after "
                + done
                + " of "
                + count
                + " pixels; get another copy or save it anew");
      }
      if (previous >= 0 && next < MAX_CODES) {
        prefix[next] = (short) previous;
        length[next] = length[previous] + 1;
        last[next] = first(code == next ? previous : code);
        next++;
        if (next == 1 << size && size < 12) {
          size++;
        }
      }
      int n = length[code];
      for (int c = code, i = done + n - 1; i >= done; i--, c = prefix[c]) {
        if (i < count) {
          out[i] = last[c];
        }
      }
      done += n;
      previous = code;
    }
    return out;
  }

  private byte first(int code) {
    int c = code;
    while (length[c] > 1) {
      c = prefix[c];
    }
    return last[c];
  }

  /** The next code; -1 at the end of the data. */
  private int read(int size) {
    while (available < size) {
      if (at == data.length) {
        return -1;
      }
      bits |= (data[at++] & 0xFF) << available;
      available += 8;
    }
    int code = bits & (1 << size) - 1;
    bits >>>= size;
    available -= size;
    return code;
  }
}
