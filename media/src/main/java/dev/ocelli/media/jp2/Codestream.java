package dev.ocelli.media.jp2;

import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * A codestream whose headers were read: it is known to be complete, and how large its picture is.
 * No sample was decoded.
 */
public final class Codestream {
  private static final int START = 0xFF4F;
  private static final int SIZE = 0xFF51;
  private static final int START_OF_TILE = 0xFF90;
  private static final int START_OF_DATA = 0xFF93;
  private static final int END = 0xFFD9;
  private static final String HEADER = "the header of the codestream";

  /** A tile's parts as they lie in the file. */
  private static final class TileData {
    final Parameters parameters;
    final List<Input> parts = new ArrayList<>();
    int announced;
    boolean ownChanges;

    TileData(Parameters parameters) {
      this.parameters = parameters;
    }
  }

  private final Grid grid;
  private final TreeMap<Integer, TileData> tiles = new TreeMap<>();

  private Codestream(Grid grid) {
    this.grid = grid;
  }

  /** Whether a codestream begins there. */
  public static boolean recognises(byte[] data, int from) {
    return data.length - from >= 4
        && (data[from] & 0xFF) == 0xFF
        && data[from + 1] == 0x4F
        && (data[from + 2] & 0xFF) == 0xFF
        && data[from + 3] == 0x51;
  }

  /**
   * Reads the headers.
   *
   * @throws EOFException if it is cut off; the message names the part in which it ends
   * @throws UnsupportedJp2Exception if it cannot be decoded here
   * @throws IOException if it is damaged
   */
  public static Codestream read(byte[] data, int from, int length) throws IOException {
    Input in = new Input(data, from, from + length, HEADER);
    if (in.u16() != START || in.u16() != SIZE) {
      throw new IOException("the codestream has no start");
    }
    Grid grid = Grid.read(segment(in, HEADER));
    Codestream out = new Codestream(grid);
    Parameters main = new Parameters(grid.components().size());
    int marker = in.u16();
    while (marker != START_OF_TILE) {
      main.read(marker, segment(in, HEADER));
      marker = in.u16();
    }
    while (marker == START_OF_TILE) {
      out.tilePart(in, main);
      // Some writers leave out the end mark; what comes before it is whole.
      marker = in.left() < 2 ? END : in.u16();
    }
    if (marker != END) {
      throw new IOException("there is something else between tiles");
    }
    out.checkComplete();
    return out;
  }

  private static Input segment(Input in, String what) throws IOException {
    int length = in.u16();
    if (length < 2) {
      throw new IOException("a segment has an impossible length");
    }
    return in.part(length - 2, what);
  }

  private void tilePart(Input in, Parameters main) throws IOException {
    int start = in.at - 2;
    Input header = segment(in, "the header of a tile");
    int index = header.u16();
    long length = header.u32();
    header.u8();
    int parts = header.u8();
    if (index >= grid.tiles()) {
      throw new IOException("there is no tile " + index);
    }
    TileData tile = tiles.computeIfAbsent(index, i -> new TileData(main.forTile()));
    tile.announced = Math.max(tile.announced, parts);
    int marker = in.u16();
    while (marker != START_OF_DATA) {
      if (Parameters.isProgressionChange(marker) && !tile.ownChanges) {
        tile.parameters.clearChanges();
        tile.ownChanges = true;
      }
      tile.parameters.read(marker, segment(in, "the header of a tile"));
      marker = in.u16();
    }
    String what = "the data of tile " + index;
    if (length == 0) {
      // The last part goes to the end mark, which must then be there. Nothing coded looks like it.
      int end = in.end - 2;
      while (end >= in.at && ((in.data[end] & 0xFF) != 0xFF || (in.data[end + 1] & 0xFF) != 0xD9)) {
        end--;
      }
      if (end < in.at) {
        throw new EOFException(what);
      }
      tile.parts.add(in.part(end - in.at, what));
    } else {
      tile.parts.add(new Input(in.data, in.at, in.end, what).part(start + length - in.at, what));
      in.at = (int) (start + length);
    }
  }

  private void checkComplete() throws IOException {
    if (tiles.size() < grid.tiles()) {
      throw new EOFException("its tiles");
    }
    for (TileData tile : tiles.values()) {
      if (tile.parts.size() < tile.announced) {
        throw new EOFException("the parts of a tile");
      }
    }
  }

  /** Of the picture. */
  public int width() {
    return grid.picture().width();
  }

  /** Of the picture. */
  public int height() {
    return grid.picture().height();
  }

  /** The number of components, colours and others. */
  public int components() {
    return grid.components().size();
  }

  /** Bits of a sample of a component. */
  public int bits(int component) {
    return grid.components().get(component).bits();
  }

  /**
   * Decodes all tiles. Memory: a byte for each sample, and four for each of the largest tile.
   *
   * @throws IOException if data are damaged or missing, or decoding costs too much
   */
  public Samples decode() throws IOException {
    int count = components();
    Samples.Plane[] planes = new Samples.Plane[count];
    for (int c = 0; c < count; c++) {
      Component component = grid.components().get(c);
      Area area = grid.picture().over(component.dx(), component.dy());
      planes[c] =
          new Samples.Plane(
              Math.min(8, component.bits()),
              new byte[Math.toIntExact(area.size())],
              area,
              component,
              grid.picture().x0(),
              grid.picture().y0());
    }
    Samples samples = new Samples(width(), height(), planes);
    BlockDecoder blocks = new BlockDecoder();
    for (var entry : tiles.entrySet()) {
      TileData data = entry.getValue();
      Tile tile = new Tile(grid, entry.getKey(), data.parameters);
      tile.readPackets(joined(data.parts));
      tile.decode(blocks, samples);
    }
    return samples;
  }

  private static Input joined(List<Input> parts) {
    Input first = parts.getFirst();
    if (parts.size() == 1) {
      return new Input(first.data, first.at, first.end, "the packets");
    }
    int length = parts.stream().mapToInt(Input::left).sum();
    byte[] all = new byte[length];
    int at = 0;
    for (Input part : parts) {
      System.arraycopy(part.data, part.at, all, at, part.left());
      at += part.left();
    }
    return new Input(all, 0, length, "the packets");
  }
}
