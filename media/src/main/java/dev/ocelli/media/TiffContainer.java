package dev.ocelli.media;

import dev.ocelli.engine.vision.ImageSize;
import dev.ocelli.engine.vision.RgbImage;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * A TIFF file (TIFF 6.0): its first picture.
 *
 * <p>Every directory entry is checked against the file's size before the decoder, which allocates
 * what an entry announces, sees it.
 */
final class TiffContainer implements Container {
  private static final int WIDTH = 256;
  private static final int HEIGHT = 257;
  private static final int BITS = 258;
  private static final int COMPRESSION = 259;
  private static final int PHOTOMETRIC = 262;
  private static final int STRIP_OFFSETS = 273;
  private static final int ORIENTATION = 274;
  private static final int SAMPLES = 277;
  private static final int STRIP_BYTES = 279;
  private static final int TILE_WIDTH = 322;
  private static final int TILE_HEIGHT = 323;
  private static final int TILE_OFFSETS = 324;
  private static final int TILE_BYTES = 325;
  private static final int EXTRA_SAMPLES = 338;
  private static final int SAMPLE_FORMAT = 339;

  /** Pictures that are counted; more are not of interest. */
  private static final int MAX_FRAMES = 10_000;

  private static final String WHERE = "the directory";

  private final byte[] data;
  private final Bytes file;
  private final Map<Integer, Long> first = new HashMap<>();
  private final Map<Integer, Integer> entries = new HashMap<>();
  private ImageHeader header;

  private TiffContainer(byte[] data, boolean big) throws BadPictureException {
    this.data = data;
    this.file = new Bytes(data, 0, data.length, big);
    this.header = walk();
  }

  static boolean recognises(Bytes file) {
    return file.is(0, "II*\0") || file.is(0, "MM\0*");
  }

  static boolean isBigTiff(Bytes file) {
    return file.is(0, "II+\0") || file.is(0, "MM\0+");
  }

  static TiffContainer of(byte[] data) throws BadPictureException {
    return new TiffContainer(data, data[0] == 'M');
  }

  @Override
  public ImageHeader header() {
    return header;
  }

  @Override
  public RgbImage decode(AlphaMode alphaMode) throws IOException, BadPictureException {
    return Rasters.toRgb(Reader.TIFF.read(data), alphaMode);
  }

  private ImageHeader walk() throws BadPictureException {
    long directory = file.u32(4, "the header");
    int count = file.u16(directory, WHERE);
    for (int i = 0; i < count; i++) {
      entry(directory + 2 + 12L * i);
    }
    int width = number(WIDTH, 0);
    int height = number(HEIGHT, 0);
    if (width < 1 || height < 1) {
      throw BadPictureException.damaged(
          "the directory announces " + width + " x " + height + " pixels", directory);
    }
    int bits = number(BITS, 1);
    int samples = number(SAMPLES, 1);
    check(bits, samples);
    checkData(width, height);
    int orientation = number(ORIENTATION, 1);
    boolean alpha = first.containsKey(EXTRA_SAMPLES) && number(EXTRA_SAMPLES, 0) != 0;
    return new ImageHeader(
        PictureFormat.TIFF,
        new ImageSize(width, height),
        orientation >= 1 && orientation <= 8 ? orientation : 1,
        countFrames(directory),
        alpha,
        bits);
  }

  /** Notes an entry's number of values and the first of them. */
  private void entry(long at) throws BadPictureException {
    int tag = file.u16(at, WHERE);
    int type = file.u16(at + 2, WHERE);
    long count = file.u32(at + 4, WHERE);
    int size =
        switch (type) {
          case 1, 2, 6, 7 -> 1;
          case 3, 8 -> 2;
          case 4, 9, 11, 13 -> 4;
          case 5, 10, 12, 16, 17, 18 -> 8;
          default ->
              throw BadPictureException.damaged(
                  "the directory entry " + tag + " has the unknown type " + type, at);
        };
    long where = at + 8;
    if (count * size > 4) {
      where = file.u32(at + 8, WHERE);
      if (!file.has(where, count * size)) {
        throw BadPictureException.damaged(
            "the directory entry " + tag + " points behind the end of the file", at);
      }
    }
    if (count == 0) {
      return;
    }
    entries.put(tag, (int) Math.min(count, Integer.MAX_VALUE));
    switch (type) {
      case 1 -> first.put(tag, (long) file.u8(where, WHERE));
      case 3 -> first.put(tag, (long) file.u16(where, WHERE));
      case 4, 13 -> first.put(tag, file.u32(where, WHERE));
      default -> {}
    }
  }

  private void check(int bits, int samples) throws BadPictureException {
    boolean knownBits = bits == 1 || bits == 2 || bits == 4 || bits == 8 || bits == 16;
    int format = number(SAMPLE_FORMAT, 1);
    if (!knownBits || samples < 1 || samples > 6 || format != 1 && format != 4) {
      throw BadPictureException.unsupported(
          samples + " TIFF samples of " + bits + " bits, format " + format);
    }
    int compression = number(COMPRESSION, 1);
    switch (compression) {
      case 1, 2, 3, 4, 5, 6, 7, 8, 32773, 32946 -> {}
      default -> throw BadPictureException.unsupported("TIFF compression " + compression);
    }
    int photometric = number(PHOTOMETRIC, 1);
    switch (photometric) {
      case 0, 1, 2, 3, 5, 6 -> {}
      default -> throw BadPictureException.unsupported("the TIFF colour space " + photometric);
    }
  }

  /** Checks that all strips or tiles lie inside the file and are of a sane size. */
  private void checkData(int width, int height) throws BadPictureException {
    boolean tiled = first.containsKey(TILE_WIDTH);
    if (tiled) {
      int tileWidth = number(TILE_WIDTH, 0);
      int tileHeight = number(TILE_HEIGHT, 0);
      if (tileWidth < 1
          || tileHeight < 1
          || tileWidth > Math.max(1024, 2L * width)
          || tileHeight > Math.max(1024, 2L * height)) {
        throw BadPictureException.damaged(
            "the directory announces tiles of " + tileWidth + " x " + tileHeight, 4);
      }
    }
    int offsets = tiled ? TILE_OFFSETS : STRIP_OFFSETS;
    int lengths = tiled ? TILE_BYTES : STRIP_BYTES;
    if (!first.containsKey(offsets)) {
      throw BadPictureException.damaged("the directory has no image data", 4);
    }
    long[] starts = numbers(offsets);
    long[] sizes = first.containsKey(lengths) ? numbers(lengths) : new long[0];
    for (int i = 0; i < starts.length; i++) {
      file.need(starts[i], i < sizes.length ? sizes[i] : 1, "the image data");
    }
    long packed = sizes.length == 0 ? file.length() : Arrays.stream(sizes).sum();
    // Colours of YCbCr may be stored for every second pixel only.
    int shared = number(PHOTOMETRIC, 1) == 6 ? 2 : 1;
    double unpacked = (double) width * height * number(SAMPLES, 1) * number(BITS, 1) / 8 / shared;
    if (unpacked > largestRatio(width) * (packed + 1.0)) {
      throw BadPictureException.damaged(
          "the image data of "
              + packed
              + " bytes is too short for "
              + width
              + " x "
              + height
              + " pixels",
          4);
    }
  }

  /** At least as many bytes as one byte of compressed data can become. */
  private double largestRatio(int width) throws BadPictureException {
    return switch (number(COMPRESSION, 1)) {
      case 1 -> 1;
      // A row like the one above takes one bit.
      case 2, 3, 4 -> Math.max(1, width);
      case 32773 -> 64;
      // Codes of 12 bits for up to 4096 values; deflate and blocks of JPEG stay below it.
      default -> 4096;
    };
  }

  private int number(int tag, int otherwise) throws BadPictureException {
    Long value = first.get(tag);
    if (value == null) {
      return otherwise;
    }
    if (value > Integer.MAX_VALUE) {
      throw BadPictureException.damaged("the directory entry " + tag + " is " + value, 4);
    }
    return value.intValue();
  }

  /** All values of an entry of the first directory. */
  private long[] numbers(int tag) throws BadPictureException {
    long directory = file.u32(4, WHERE);
    int count = file.u16(directory, WHERE);
    for (int i = 0; i < count; i++) {
      long at = directory + 2 + 12L * i;
      if (file.u16(at, WHERE) == tag) {
        boolean isShort = file.u16(at + 2, WHERE) == 3;
        int n = entries.getOrDefault(tag, 0);
        long where = n * (isShort ? 2L : 4L) > 4 ? file.u32(at + 8, WHERE) : at + 8;
        long[] out = new long[n];
        for (int k = 0; k < n; k++) {
          out[k] = isShort ? file.u16(where + 2L * k, WHERE) : file.u32(where + 4L * k, WHERE);
        }
        return out;
      }
    }
    return new long[0];
  }

  private int countFrames(long firstDirectory) {
    Set<Long> seen = new HashSet<>();
    long directory = firstDirectory;
    try {
      while (directory != 0 && seen.size() < MAX_FRAMES && seen.add(directory)) {
        directory = file.u32(directory + 2 + 12L * file.u16(directory, WHERE), WHERE);
      }
    } catch (BadPictureException e) {
      // Later pictures do not matter to the first one.
      return Math.max(1, seen.size());
    }
    return seen.size();
  }
}
