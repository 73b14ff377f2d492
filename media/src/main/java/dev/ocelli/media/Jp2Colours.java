package dev.ocelli.media;

import dev.ocelli.media.jp2.Samples;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the header of a JP2 file says about its components: colours, opacity, a palette. */
final class Jp2Colours {
  private static final String WHERE = "the header";
  private static final int UNKNOWN = 0;
  private static final int CMYK = 12;
  private static final int SRGB = 16;
  private static final int GREY = 17;
  private static final int SYCC = 18;

  /** Colours of a palette. */
  private static final int MOST_ENTRIES = 1024;

  /**
   * A colour or opacity.
   *
   * @param component whose samples are it
   * @param column of the palette that the samples go through; -1 for none
   */
  private record Channel(int component, int column) {}

  /** What a channel is: a colour (counted from 1), or opacity. */
  private record Meaning(int channel, boolean opacity, int colour) {}

  /**
   * Decoded channels of 8 bits, one sample a pixel.
   *
   * @param colours in the order of their colour space
   * @param opacity null where there is none
   */
  record Channels(
      int width, int height, List<byte[]> colours, byte @Nullable [] opacity, boolean luminance) {

    /** One behind the other, pixel by pixel; brightness and differences become colours. */
    byte[] interleaved() {
      int count = colours.size();
      byte[] out = new byte[Math.multiplyExact(width * height, count)];
      for (int c = 0; c < count; c++) {
        byte[] plane = colours.get(c);
        for (int i = 0, to = c; i < plane.length; i++, to += count) {
          out[to] = plane[i];
        }
      }
      if (luminance && count == 3) {
        JpegContainer.YccToRgb ycc = new JpegContainer.YccToRgb();
        byte[] row = new byte[width * 3];
        for (int y = 0; y < height; y++) {
          System.arraycopy(out, y * row.length, row, 0, row.length);
          ycc.convert(row, 3, width, out, y * row.length);
        }
      }
      return out;
    }

    byte[] rgb() {
      byte[] all = interleaved();
      if (colours.size() == 3) {
        return all;
      }
      byte[] rgb = new byte[width * height * 3];
      for (int i = 0, to = 0; i < width * height; i++) {
        for (int c = 0; c < 3; c++) {
          rgb[to++] =
              colours.size() == 1
                  ? all[i]
                  : Rasters.underInk(all[4 * i + c] & 0xFF, 255 - (all[4 * i + 3] & 0xFF));
        }
      }
      return rgb;
    }
  }

  private int space = UNKNOWN;
  private final List<Channel> mapped = new ArrayList<>();
  private final List<Meaning> meanings = new ArrayList<>();

  /** Columns of the palette, each with an entry for each number. */
  private final List<byte[]> palette = new ArrayList<>();

  private Jp2Colours() {}

  /** Of a codestream without a header: guessed by the number of components. */
  static Jp2Colours unknown() {
    return new Jp2Colours();
  }

  static Jp2Colours read(Bytes boxes) throws BadPictureException {
    Jp2Colours out = new Jp2Colours();
    long at = 0;
    while (at < boxes.length()) {
      long length = boxes.u32(at, WHERE);
      length = length == 0 ? boxes.length() - at : length;
      if (length < 8) {
        throw BadPictureException.damaged("a box has an impossible length", at);
      }
      boxes.need(at, length, WHERE);
      Bytes content = boxes.part((int) at + 8, (int) length - 8, WHERE);
      switch (boxes.tag(at + 4, WHERE)) {
        case "colr" -> out.readSpace(content);
        case "pclr" -> out.readPalette(content);
        case "cmap" -> {
          for (int i = 0; i + 4 <= content.length(); i += 4) {
            boolean direct = content.u8(i + 2, WHERE) == 0;
            out.mapped.add(
                new Channel(content.u16(i, WHERE), direct ? -1 : content.u8(i + 3, WHERE)));
          }
        }
        case "cdef" -> {
          int count = content.u16(0, WHERE);
          for (int i = 0; i < count; i++) {
            int channel = content.u16(2 + 6L * i, WHERE);
            int type = content.u16(4 + 6L * i, WHERE);
            int colour = content.u16(6 + 6L * i, WHERE);
            out.meanings.add(new Meaning(channel, type == 1 || type == 2, colour));
          }
        }
        default -> {}
      }
      at += length;
    }
    return out;
  }

  /** Takes the first that is known; of a profile only the kind of its colours. */
  private void readSpace(Bytes box) throws BadPictureException {
    if (space != UNKNOWN) {
      return;
    }
    int method = box.u8(0, WHERE);
    if (method == 1) {
      space = (int) Math.min(box.u32(3, WHERE), Integer.MAX_VALUE);
    } else if (box.is(3 + 16, "GRAY")) {
      space = GREY;
    } else if (box.is(3 + 16, "CMYK")) {
      space = CMYK;
    } else if (box.is(3 + 16, "RGB ")) {
      space = SRGB;
    }
  }

  private void readPalette(Bytes box) throws BadPictureException {
    int entries = box.u16(0, WHERE);
    int columns = box.u8(2, WHERE);
    if (entries > MOST_ENTRIES || columns > 5) {
      throw BadPictureException.damaged("the palette is too large", 0);
    }
    palette.clear();
    long at = 3L + columns;
    for (int c = 0; c < columns; c++) {
      palette.add(new byte[entries]);
    }
    for (int e = 0; e < entries; e++) {
      for (int c = 0; c < columns; c++) {
        int bits = (box.u8(3L + c, WHERE) & 0x7F) + 1;
        int bytes = bits > 8 ? 2 : 1;
        if (bits > 16) {
          throw BadPictureException.unsupported("a palette of " + bits + " bits");
        }
        int value = bytes == 2 ? box.u16(at, WHERE) : box.u8(at, WHERE);
        palette.get(c)[e] = scaled(bits > 8 ? value >> bits - 8 : value, Math.min(8, bits));
        at += bytes;
      }
    }
  }

  boolean hasOpacity(int components) {
    int channels = palette.isEmpty() ? components : mapped.size();
    return opacity(channels) >= 0;
  }

  /** The number of colours, where the file says it or it can be guessed. */
  private int colours(int channels) {
    return switch (space) {
      case SRGB, SYCC -> 3;
      case GREY -> 1;
      case CMYK -> 4;
      default -> channels >= 3 ? 3 : 1;
    };
  }

  /** The channel of opacity; -1 where there is none. */
  private int opacity(int channels) {
    for (Meaning meaning : meanings) {
      if (meaning.opacity) {
        return meaning.channel < channels ? meaning.channel : -1;
      }
    }
    int colours = colours(channels);
    return meanings.isEmpty() && colours < 4 && channels == colours + 1 ? colours : -1;
  }

  /**
   * Makes channels of components.
   *
   * @param wanted the number of colours; 0 for what the file says
   */
  Channels of(Samples samples, int wanted) throws BadPictureException {
    List<Channel> channels = new ArrayList<>();
    if (palette.isEmpty()) {
      for (int c = 0; c < samples.planes().length; c++) {
        channels.add(new Channel(c, -1));
      }
    } else {
      channels.addAll(mapped);
    }
    int count = wanted > 0 ? wanted : colours(channels.size());
    List<byte[]> colours = new ArrayList<>();
    for (int colour = 1; colour <= count; colour++) {
      int channel = colour - 1;
      for (Meaning meaning : meanings) {
        if (!meaning.opacity && meaning.colour == colour) {
          channel = meaning.channel;
        }
      }
      colours.add(plane(samples, channels, channel));
    }
    int opacity = opacity(channels.size());
    return new Channels(
        samples.width(),
        samples.height(),
        colours,
        opacity < 0 ? null : plane(samples, channels, opacity),
        space == SYCC);
  }

  private byte[] plane(Samples samples, List<Channel> channels, int index)
      throws BadPictureException {
    Channel channel = index < channels.size() ? channels.get(index) : null;
    if (channel == null || channel.component >= samples.planes().length) {
      throw BadPictureException.damaged("colour " + (index + 1) + " is missing", 0);
    }
    if (channel.column < 0) {
      return whole(samples, channel.component, true);
    }
    if (channel.column >= palette.size()) {
      throw BadPictureException.damaged("a column of the palette is missing", 0);
    }
    byte[] entries = palette.get(channel.column);
    byte[] numbers = whole(samples, channel.component, false);
    byte[] out = new byte[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      // As openjpeg does: numbers behind the palette are its last.
      int entry = Math.min(numbers[i] & 0xFF, entries.length - 1);
      out[i] = entry < 0 ? 0 : entries[entry];
    }
    return out;
  }

  /** A component with a sample for each pixel, scaled to 8 bits where that is wanted. */
  static byte[] whole(Samples samples, int component, boolean scale) {
    Samples.Plane plane = samples.planes()[component];
    if (plane.isWhole() && (plane.bits() == 8 || !scale)) {
      return plane.values();
    }
    int width = samples.width();
    byte[] out = new byte[width * samples.height()];
    for (int y = 0; y < samples.height(); y++) {
      for (int x = 0; x < width; x++) {
        int value = plane.at(x, y);
        out[y * width + x] = scale ? scaled(value, plane.bits()) : (byte) value;
      }
    }
    return out;
  }

  private static byte scaled(int value, int bits) {
    return (byte) (value * 255 / ((1 << bits) - 1));
  }
}
