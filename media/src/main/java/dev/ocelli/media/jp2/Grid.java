package dev.ocelli.media.jp2;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Where picture, tiles and components lie on the reference grid (segment SIZ).
 *
 * @param picture its area
 * @param firstTile the tile at the upper left, which may begin before the picture
 */
record Grid(Area picture, Area firstTile, List<Component> components) {
  /** Four inks and an opacity. */
  private static final int MOST_COMPONENTS = 5;

  private static final int MOST_TILES = 65_535;

  static Grid read(Input in) throws IOException {
    in.u16();
    int x1 = in.i31("width");
    int y1 = in.i31("height");
    int x0 = in.i31("offset");
    int y0 = in.i31("offset");
    // A tile may be announced as larger than any picture.
    int tileWidth = (int) Math.min(in.u32(), Integer.MAX_VALUE);
    int tileHeight = (int) Math.min(in.u32(), Integer.MAX_VALUE);
    int tileX = in.i31("tile offset");
    int tileY = in.i31("tile offset");
    int count = in.u16();
    Area picture = new Area(x0, y0, x1, y1);
    long tileX1 = (long) tileX + tileWidth;
    long tileY1 = (long) tileY + tileHeight;
    if (picture.isEmpty() || tileX > x0 || tileY > y0 || tileX1 <= x0 || tileY1 <= y0) {
      throw new IOException("picture and tiles do not fit each other");
    }
    if (count < 1) {
      throw new IOException("there are no components");
    }
    if (count > MOST_COMPONENTS) {
      throw new UnsupportedJp2Exception(count + " components");
    }
    List<Component> components = new ArrayList<>();
    for (int c = 0; c < count; c++) {
      int depth = in.u8();
      int dx = in.u8();
      int dy = in.u8();
      int bits = (depth & 0x7F) + 1;
      if (dx < 1 || dy < 1) {
        throw new IOException("a component has no samples");
      }
      if (bits > 16) {
        throw new UnsupportedJp2Exception("samples of " + bits + " bits");
      }
      if (picture.over(dx, dy).isEmpty()) {
        throw new IOException("a component has no samples");
      }
      components.add(new Component(bits, (depth & 0x80) != 0, dx, dy));
    }
    Area first =
        new Area(
            tileX,
            tileY,
            (int) Math.min(tileX1, Integer.MAX_VALUE),
            (int) Math.min(tileY1, Integer.MAX_VALUE));
    Grid grid = new Grid(picture, first, List.copyOf(components));
    if ((long) grid.tilesWide() * grid.tilesHigh() > MOST_TILES) {
      throw new IOException("there are more than " + MOST_TILES + " tiles");
    }
    return grid;
  }

  private int tilesWide() {
    return Math.ceilDiv(picture.x1() - firstTile.x0(), firstTile.width());
  }

  private int tilesHigh() {
    return Math.ceilDiv(picture.y1() - firstTile.y0(), firstTile.height());
  }

  int tiles() {
    return tilesWide() * tilesHigh();
  }

  /** The area of a tile within the picture. */
  Area tile(int index) {
    long x0 = firstTile.x0() + (long) (index % tilesWide()) * firstTile.width();
    long y0 = firstTile.y0() + (long) (index / tilesWide()) * firstTile.height();
    return new Area(
            (int) x0,
            (int) y0,
            (int) Math.min(x0 + firstTile.width(), Integer.MAX_VALUE),
            (int) Math.min(y0 + firstTile.height(), Integer.MAX_VALUE))
        .and(picture);
  }
}
