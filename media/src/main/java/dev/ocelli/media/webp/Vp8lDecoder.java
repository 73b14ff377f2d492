package dev.ocelli.media.webp;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Decodes the lossless pictures of WebP (VP8L, RFC 9649 section 3). */
public final class Vp8lDecoder {
  private static final int LENGTH_CODES = 24;
  private static final int DISTANCE_CODES = 40;
  private static final int MAX_CACHE_BITS = 11;

  /** Distance codes 1 to 120 as x, y of a pixel at the left of or above the current one. */
  private static final byte[] NEIGHBOURS = {
    0, 1, 1, 0, 1, 1, -1, 1, 0, 2, 2, 0, 1, 2, -1, 2,
    2, 1, -2, 1, 2, 2, -2, 2, 0, 3, 3, 0, 1, 3, -1, 3,
    3, 1, -3, 1, 2, 3, -2, 3, 3, 2, -3, 2, 0, 4, 4, 0,
    1, 4, -1, 4, 4, 1, -4, 1, 3, 3, -3, 3, 2, 4, -2, 4,
    4, 2, -4, 2, 0, 5, 3, 4, -3, 4, 4, 3, -4, 3, 5, 0,
    1, 5, -1, 5, 5, 1, -5, 1, 2, 5, -2, 5, 5, 2, -5, 2,
    4, 4, -4, 4, 3, 5, -3, 5, 5, 3, -5, 3, 0, 6, 6, 0,
    1, 6, -1, 6, 6, 1, -6, 1, 2, 6, -2, 6, 6, 2, -6, 2,
    4, 5, -4, 5, 5, 4, -5, 4, 3, 6, -3, 6, 6, 3, -6, 3,
    0, 7, 7, 0, 1, 7, -1, 7, 5, 5, -5, 5, 7, 1, -7, 1,
    4, 6, -4, 6, 6, 4, -6, 4, 2, 7, -2, 7, 7, 2, -7, 2,
    3, 7, -3, 7, 7, 3, -7, 3, 5, 6, -5, 6, 6, 5, -6, 5,
    8, 0, 4, 7, -4, 7, 7, 4, -7, 4, 8, 1, 8, 2, 6, 6,
    -6, 6, 8, 3, 5, 7, -5, 7, 7, 5, -7, 5, 8, 4, 6, 7,
    -6, 7, 7, 6, -7, 6, 8, 5, 7, 7, -7, 7, 8, 6, 8, 7
  };

  private final BitReader in;

  private Vp8lDecoder(BitReader in) {
    this.in = in;
  }

  /**
   * Decodes the content of a chunk {@code VP8L}.
   *
   * @return {@code height * width} pixels, alpha in the highest byte, then red, green, blue
   * @throws IOException if the data is cut off or damaged, or the picture has another size
   */
  public static int[] decode(byte[] data, int from, int length, int width, int height)
      throws IOException {
    BitReader in = new BitReader(data, from, length);
    if (in.read(8) != 0x2F || in.read(14) != width - 1 || in.read(14) != height - 1) {
      throw new IOException("the VP8L header is wrong");
    }
    boolean opaque = !in.flag();
    if (in.read(3) != 0) {
      throw new IOException("the VP8L version is unknown");
    }
    int[] pixels = new Vp8lDecoder(in).picture(width, height);
    if (opaque) {
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] |= 0xFF000000;
      }
    }
    return pixels;
  }

  /**
   * Decodes the compressed opacity of a lossy picture, a VP8L stream without header.
   *
   * @return {@code height * width} pixels whose green is the opacity
   */
  public static int[] decodeAlpha(byte[] data, int from, int length, int width, int height)
      throws IOException {
    return new Vp8lDecoder(new BitReader(data, from, length)).picture(width, height);
  }

  private int[] picture(int width, int height) throws IOException {
    List<Vp8lTransform> transforms = new ArrayList<>();
    int seen = 0;
    int codedWidth = width;
    while (in.flag()) {
      int type = in.read(2);
      if ((seen & 1 << type) != 0) {
        throw new IOException("a VP8L transform occurs twice");
      }
      seen |= 1 << type;
      Vp8lTransform transform = transform(type, codedWidth, height);
      transforms.add(transform);
      codedWidth = transform.codedWidth();
    }
    int[] pixels = image(codedWidth, height, true);
    for (Vp8lTransform transform : transforms.reversed()) {
      pixels = transform.undo(pixels, height);
    }
    return pixels;
  }

  private Vp8lTransform transform(int type, int width, int height) throws IOException {
    switch (type) {
      case 0, 1 -> {
        int bits = in.read(3) + 2;
        int[] data = image(blocks(width, bits), blocks(height, bits), false);
        return type == 0
            ? new Vp8lTransform.Predict(width, bits, data)
            : new Vp8lTransform.CrossColor(width, bits, data);
      }
      case 2 -> {
        return new Vp8lTransform.AddGreen(width);
      }
      default -> {
        int[] colors = image(in.read(8) + 1, 1, false);
        return Vp8lTransform.Palette.of(width, colors);
      }
    }
  }

  private static int blocks(int size, int bits) {
    return size + (1 << bits) - 1 >> bits;
  }

  /** The five codes that pixels of a block share. */
  private record Group(
      PrefixCode green, PrefixCode red, PrefixCode blue, PrefixCode alpha, PrefixCode distance) {
    static Group read(BitReader in, int cacheSize) throws IOException {
      return new Group(
          PrefixCode.read(in, 256 + LENGTH_CODES + cacheSize),
          PrefixCode.read(in, 256),
          PrefixCode.read(in, 256),
          PrefixCode.read(in, 256),
          PrefixCode.read(in, DISTANCE_CODES));
    }
  }

  /** Recently used colours by their hash. */
  private static final class ColorCache {
    final int[] colors;
    final int shift;

    ColorCache(int bits) {
      colors = new int[bits == 0 ? 0 : 1 << bits];
      shift = 32 - bits;
    }

    void put(int color) {
      if (colors.length > 0) {
        colors[0x1E35A7BD * color >>> shift] = color;
      }
    }
  }

  /** An entropy-coded picture; only the main one may have several groups of codes. */
  private int[] image(int width, int height, boolean main) throws IOException {
    int cacheBits = 0;
    if (in.flag()) {
      cacheBits = in.read(4);
      if (cacheBits < 1 || cacheBits > MAX_CACHE_BITS) {
        throw new IOException("the VP8L colour cache has an impossible size");
      }
    }
    int blockBits = 0;
    int[] blockGroups = {};
    int groups = 1;
    if (main && in.flag()) {
      blockBits = in.read(3) + 2;
      blockGroups = image(blocks(width, blockBits), blocks(height, blockBits), false);
      for (int i = 0; i < blockGroups.length; i++) {
        blockGroups[i] = blockGroups[i] >> 8 & 0xFFFF;
        groups = Math.max(groups, blockGroups[i] + 1);
      }
    }
    ColorCache cache = new ColorCache(cacheBits);
    List<Group> codes = new ArrayList<>();
    for (int i = 0; i < groups; i++) {
      codes.add(Group.read(in, cache.colors.length));
    }
    int[] pixels = new int[Math.multiplyExact(width, height)];
    int blockColumns = blocks(width, blockBits);
    int at = 0;
    for (int y = 0; at < pixels.length; ) {
      int x = at - y * width;
      while (x >= width) {
        x -= width;
        y++;
      }
      Group group =
          blockGroups.length == 0
              ? codes.getFirst()
              : codes.get(blockGroups[(y >> blockBits) * blockColumns + (x >> blockBits)]);
      int symbol = group.green().next(in);
      if (symbol < 256) {
        int red = group.red().next(in);
        int blue = group.blue().next(in);
        int alpha = group.alpha().next(in);
        int color = alpha << 24 | red << 16 | symbol << 8 | blue;
        pixels[at++] = color;
        cache.put(color);
      } else if (symbol < 256 + LENGTH_CODES) {
        int length = prefixed(symbol - 256);
        int distance = distance(prefixed(group.distance().next(in)), width);
        if (distance > at || length > pixels.length - at) {
          throw new IOException("a VP8L copy leaves the picture");
        }
        for (int i = 0; i < length; i++, at++) {
          pixels[at] = pixels[at - distance];
          cache.put(pixels[at]);
        }
      } else {
        int color = cache.colors[symbol - 256 - LENGTH_CODES];
        pixels[at++] = color;
        cache.put(color);
      }
    }
    return pixels;
  }

  /** A length or distance: a code for its magnitude, then its lower bits. */
  private int prefixed(int code) throws IOException {
    if (code < 4) {
      return code + 1;
    }
    int extra = code - 2 >> 1;
    return (2 + (code & 1) << extra) + in.read(extra) + 1;
  }

  private static int distance(int code, int width) {
    if (code > NEIGHBOURS.length / 2) {
      return code - NEIGHBOURS.length / 2;
    }
    int distance = NEIGHBOURS[2 * code - 2] + NEIGHBOURS[2 * code - 1] * width;
    return Math.max(distance, 1);
  }
}
