package dev.ocelli.media.jp2;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Decodes a tile: its structure, its packets, its blocks, wavelets, and colours. */
final class Tile {
  /** Of all components: 512 MiB of coefficients. */
  private static final long MOST_SAMPLES = 1L << 27;

  /** Pieces into which headers may cut a tile; each takes some hundred bytes. */
  private static final long MOST_BLOCKS = 1L << 19;

  private static final long MOST_PRECINCTS = 1L << 18;

  /** A component's part of the tile, from the coarsest resolution. */
  private static final class Part {
    final CodingStyle style;
    final List<Area> resolutions = new ArrayList<>();
    final List<Precinct> precincts = new ArrayList<>();

    Part(CodingStyle style) {
      this.style = style;
    }

    Area area() {
      return resolutions.getLast();
    }
  }

  private final Grid grid;
  private final Area area;
  private final Parameters parameters;
  private final List<Part> parts = new ArrayList<>();
  private long blocks;
  private long precincts;
  private byte[] data = {};

  Tile(Grid grid, int index, Parameters parameters) throws IOException {
    this.grid = grid;
    this.area = grid.tile(index);
    this.parameters = parameters;
    long samples = 0;
    for (Component component : grid.components()) {
      samples += area.over(component.dx(), component.dy()).size();
    }
    if (samples > MOST_SAMPLES) {
      throw new IOException(
          "a tile has %d samples, but at most %d are decoded together: save it with smaller tiles"
              .formatted(samples, MOST_SAMPLES));
    }
    for (int c = 0; c < grid.components().size(); c++) {
      parts.add(part(c));
    }
  }

  private Part part(int c) throws IOException {
    Component component = grid.components().get(c);
    CodingStyle style = parameters.style(c);
    Part part = new Part(style);
    Area whole = area.over(component.dx(), component.dy());
    for (int r = 0; r <= style.levels(); r++) {
      int coarser = style.levels() - r;
      part.resolutions.add(scaled(whole, coarser, 0, 0));
      List<Band> bands = new ArrayList<>();
      if (r == 0) {
        bands.add(band(c, Band.LL, part.resolutions.getFirst(), 0, 0, 0));
      } else {
        Area low = part.resolutions.get(r - 1);
        for (int kind = Band.HL; kind <= Band.HH; kind++) {
          Area high = scaled(whole, coarser + 1, Band.right(kind), Band.down(kind));
          int column = Band.right(kind) * low.width();
          int row = Band.down(kind) * low.height();
          bands.add(band(c, kind, high, column, row, 3 * (r - 1) + kind));
        }
      }
      addPrecincts(part, c, r, bands);
    }
    return part;
  }

  /** A band's area: every second sample for each level, of the high ones the odd (B-15). */
  private static Area scaled(Area whole, int levels, int right, int down) {
    if (levels == 0) {
      return whole;
    }
    long half = 1L << levels - 1;
    return new Area(
        ceil(whole.x0() - right * half, levels),
        ceil(whole.y0() - down * half, levels),
        ceil(whole.x1() - right * half, levels),
        ceil(whole.y1() - down * half, levels));
  }

  private static int ceil(long value, int levels) {
    return (int) (value + (1L << levels) - 1 >> levels);
  }

  private Band band(int c, int kind, Area bandArea, int column, int row, int index)
      throws IOException {
    Quantization quantization = parameters.quantization(c);
    int exponent = quantization.exponent(index);
    int planes = quantization.guard() + exponent - 1;
    float step = 1;
    if (!parameters.style(c).reversible()) {
      int bits = grid.components().get(c).bits() + Band.right(kind) + Band.down(kind);
      step = Math.scalb(quantization.mantissa(index), bits - exponent);
    }
    return new Band(kind, bandArea, column, row, planes, step);
  }

  private void addPrecincts(Part part, int c, int r, List<Band> bands) throws IOException {
    Area resolution = part.resolutions.get(r);
    if (resolution.isEmpty()) {
      return;
    }
    CodingStyle style = part.style;
    Component component = grid.components().get(c);
    int width = style.precinctWidth(r);
    int height = style.precinctHeight(r);
    int left = resolution.x0() >> width;
    int top = resolution.y0() >> height;
    int right = (resolution.x1() - 1 >> width) + 1;
    int bottom = (resolution.y1() - 1 >> height) + 1;
    precincts += (long) (right - left) * (bottom - top);
    if (precincts > MOST_PRECINCTS) {
      throw new IOException("a tile is cut into too many pieces");
    }
    // Bands beside the coarsest have half the samples each way.
    int halved = r == 0 ? 0 : 1;
    int blockWidth = Math.min(style.blockWidth(), width - halved);
    int blockHeight = Math.min(style.blockHeight(), height - halved);
    int coarser = style.levels() - r;
    for (int y = top; y < bottom; y++) {
      for (int x = left; x < right; x++) {
        Precinct precinct =
            new Precinct(
                c,
                r,
                Math.max(area.x0(), ((long) x << width + coarser) * component.dx()),
                Math.max(area.y0(), ((long) y << height + coarser) * component.dy()),
                style.style());
        for (Band band : bands) {
          Area inside =
              new Area(
                      shifted(x, width - halved),
                      shifted(y, height - halved),
                      shifted(x + 1L, width - halved),
                      shifted(y + 1L, height - halved))
                  .and(band.area());
          if (!inside.isEmpty()) {
            blocks +=
                spanned(inside.x0(), inside.x1(), blockWidth)
                    * spanned(inside.y0(), inside.y1(), blockHeight);
            if (blocks > MOST_BLOCKS) {
              throw new IOException("a tile is cut into too many pieces");
            }
            precinct.add(band, inside, blockWidth, blockHeight);
          }
        }
        part.precincts.add(precinct);
      }
    }
  }

  /** How many blocks of a size lie between two edges, in part or whole. */
  private static long spanned(int from, int to, int bits) {
    return (to - 1 >> bits) - (from >> bits) + 1L;
  }

  private static int shifted(long value, int bits) {
    return (int) Math.min(value << bits, Integer.MAX_VALUE);
  }

  /** Reads where the data of each block are. */
  void readPackets(Input in) throws IOException {
    data = in.data;
    List<Precinct> all = new ArrayList<>();
    parts.forEach(part -> all.addAll(part.precincts));
    new PacketOrder(all, parameters.layers(), in).read(parameters.progressions());
  }

  /** Decodes into the planes of the picture. */
  void decode(BlockDecoder decoder, Samples samples) throws IOException {
    int count = parts.size();
    int[][] whole = new int[count][];
    float[][] fractions = new float[count][];
    for (int c = 0; c < count; c++) {
      if (parts.get(c).style.reversible()) {
        whole[c] = wholeNumbers(c, decoder);
      } else {
        fractions[c] = fractions(c, decoder);
      }
    }
    if (parameters.colourTransform()) {
      mixColours(whole, fractions);
    }
    for (int c = 0; c < count; c++) {
      store(c, whole[c], fractions[c], samples.planes()[c]);
      whole[c] = new int[0];
      fractions[c] = new float[0];
    }
  }

  private int[] wholeNumbers(int c, BlockDecoder decoder) throws IOException {
    Part part = parts.get(c);
    int width = part.area().width();
    int[] out = new int[Math.toIntExact(part.area().size())];
    for (Precinct precinct : part.precincts) {
      precinct.blocks((band, block) -> {
        if (block.isIncluded()) {
          coefficients(c, band, block, decoder);
          int from = 0;
          for (int y = 0; y < block.area.height(); y++) {
            int to = index(band, block, y, width);
            for (int x = 0; x < block.area.width(); x++) {
              out[to + x] = decoder.values[from++] / 2;
            }
          }
        }
      });
    }
    for (int r = 1; r < part.resolutions.size(); r++) {
      Wavelet.inverse(out, width, part.resolutions.get(r));
    }
    return out;
  }

  private float[] fractions(int c, BlockDecoder decoder) throws IOException {
    Part part = parts.get(c);
    int width = part.area().width();
    float[] out = new float[Math.toIntExact(part.area().size())];
    for (Precinct precinct : part.precincts) {
      precinct.blocks((band, block) -> {
        if (block.isIncluded()) {
          coefficients(c, band, block, decoder);
          int from = 0;
          for (int y = 0; y < block.area.height(); y++) {
            int to = index(band, block, y, width);
            for (int x = 0; x < block.area.width(); x++) {
              out[to + x] = decoder.values[from++] * (band.step() * 0.5f);
            }
          }
        }
      });
    }
    for (int r = 1; r < part.resolutions.size(); r++) {
      Wavelet.inverse(out, width, part.resolutions.get(r));
    }
    return out;
  }

  private static int index(Band band, CodeBlock block, int y, int width) {
    int row = band.row() + block.area.y0() - band.area().y0() + y;
    return row * width + band.column() + block.area.x0() - band.area().x0();
  }

  /** Decodes a block, and lowers what a region of interest raised (annex H). */
  private void coefficients(int c, Band band, CodeBlock block, BlockDecoder decoder)
      throws IOException {
    int shift = parameters.shift(c);
    int planes = band.planes() + shift;
    if (planes > BlockDecoder.MOST_PLANES) {
      throw new UnsupportedJp2Exception("JPEG 2000 coefficients of " + planes + " bits");
    }
    decoder.decode(block, data, band.kind(), planes, parts.get(c).style.style());
    if (shift > 0) {
      for (int i = 0; i < block.area.size(); i++) {
        int value = decoder.values[i];
        int magnitude = Math.abs(value);
        if (magnitude >> 1 >= 1 << shift) {
          decoder.values[i] = value < 0 ? -(magnitude >> shift) : magnitude >> shift;
        }
      }
    }
  }

  private void mixColours(int[][] whole, float[][] fractions) throws IOException {
    if (parts.size() < 3) {
      throw new IOException("there are too few components for colours");
    }
    boolean reversible = parts.getFirst().style.reversible();
    for (Part part : parts.subList(1, 3)) {
      if (part.style.reversible() != reversible || !part.area().equals(parts.getFirst().area())) {
        throw new IOException("the components of colours differ");
      }
    }
    if (reversible) {
      ColourTransform.inverse(whole[0], whole[1], whole[2]);
    } else {
      ColourTransform.inverse(fractions[0], fractions[1], fractions[2]);
    }
  }

  /** Shifts, rounds and clamps samples; of more than 8 bits the upper 8 are kept. */
  private void store(int c, int[] whole, float[] fractions, Samples.Plane plane) {
    Component component = grid.components().get(c);
    Area from = parts.get(c).area();
    int middle = 1 << component.bits() - 1;
    int most = (1 << component.bits()) - 1;
    int dropped = component.bits() - plane.bits();
    boolean reversible = parts.get(c).style.reversible();
    for (int y = 0; y < from.height(); y++) {
      int at = y * from.width();
      int to =
          (from.y0() - plane.area().y0() + y) * plane.area().width()
              + from.x0()
              - plane.area().x0();
      for (int x = 0; x < from.width(); x++) {
        int value = reversible ? whole[at + x] : (int) Math.rint(fractions[at + x]);
        int clamped = Math.max(0, Math.min(most, value + middle));
        plane.values()[to + x] = (byte) (clamped >> dropped);
      }
    }
  }
}
