package dev.ocelli.media.jp2;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Blocks of the bands of a resolution at one place; each of its packets is a layer of them. */
final class Precinct {
  /** The blocks of one band. */
  private static final class Part {
    final Band band;
    final int blocksWide;
    final List<CodeBlock> blocks = new ArrayList<>();
    final TagTree included;
    final TagTree zeroPlanes;

    Part(Band band, Area area, int blockWidth, int blockHeight) {
      this.band = band;
      int left = area.x0() >> blockWidth;
      int top = area.y0() >> blockHeight;
      int right = (area.x1() - 1 >> blockWidth) + 1;
      int bottom = (area.y1() - 1 >> blockHeight) + 1;
      blocksWide = right - left;
      for (int y = top; y < bottom; y++) {
        for (int x = left; x < right; x++) {
          Area block =
              new Area(
                  x << blockWidth, y << blockHeight, (x + 1) << blockWidth, (y + 1) << blockHeight);
          blocks.add(new CodeBlock(block.and(area)));
        }
      }
      included = new TagTree(blocksWide, bottom - top);
      zeroPlanes = new TagTree(blocksWide, bottom - top);
    }
  }

  final int component;
  final int resolution;

  /** Where it begins on the reference grid. */
  final long x;

  final long y;
  private final int style;
  private final List<Part> parts = new ArrayList<>(3);
  private int layersRead;

  Precinct(int component, int resolution, long x, long y, int style) {
    this.component = component;
    this.resolution = resolution;
    this.x = x;
    this.y = y;
    this.style = style;
  }

  void add(Band band, Area area, int blockWidth, int blockHeight) {
    if (!area.isEmpty()) {
      parts.add(new Part(band, area, blockWidth, blockHeight));
    }
  }

  int layersRead() {
    return layersRead;
  }

  /** Takes each block with its band. */
  interface Visitor {
    void block(Band band, CodeBlock block) throws IOException;
  }

  void blocks(Visitor visitor) throws IOException {
    for (Part part : parts) {
      for (CodeBlock block : part.blocks) {
        visitor.block(part.band, block);
      }
    }
  }

  /** A segment's share of a packet. */
  private record Share(CodeBlock.Segment segment, int bytes) {}

  /** Reads the packet of the next layer (B.9, B.10). */
  void read(Input in) throws IOException {
    if (in.peek16() == 0xFF91) {
      // A start mark and its number.
      in.part(6, "a packet");
    }
    List<Share> shares = new ArrayList<>();
    PacketBits bits = new PacketBits(in);
    if (bits.bit() == 1) {
      for (Part part : parts) {
        for (int i = 0; i < part.blocks.size(); i++) {
          block(part, i, bits, shares);
        }
      }
    }
    bits.align();
    if (in.peek16() == 0xFF92) {
      in.u16();
    }
    for (Share share : shares) {
      in.need(share.bytes);
      share.segment.add(in.at, share.bytes);
      in.at += share.bytes;
    }
    layersRead++;
  }

  private void block(Part part, int index, PacketBits bits, List<Share> shares) throws IOException {
    CodeBlock block = part.blocks.get(index);
    int x = index % part.blocksWide;
    int y = index / part.blocksWide;
    boolean here =
        block.isIncluded() ? bits.bit() == 1 : part.included.isBelow(bits, x, y, layersRead + 1);
    if (!here) {
      return;
    }
    if (!block.isIncluded()) {
      int planes = 0;
      while (!part.zeroPlanes.isBelow(bits, x, y, planes + 1)) {
        planes++;
        if (planes > BlockDecoder.MOST_PLANES) {
          throw new IOException("a block has too many planes of bits");
        }
      }
      block.zeroPlanes = planes;
    }
    int passes = passes(bits);
    while (bits.bit() == 1) {
      block.lengthBits++;
    }
    while (passes > 0) {
      CodeBlock.Segment segment = block.segment(style);
      int taken = Math.min(passes, segment.mostPasses - segment.passes);
      int width = block.lengthBits + 31 - Integer.numberOfLeadingZeros(taken);
      if (width > 31) {
        throw new IOException("the length of a block is impossible");
      }
      shares.add(new Share(segment, bits.bits(width)));
      segment.passes += taken;
      passes -= taken;
    }
  }

  /** The number of new passes (table B.4). */
  private static int passes(PacketBits bits) throws IOException {
    if (bits.bit() == 0) {
      return 1;
    }
    if (bits.bit() == 0) {
      return 2;
    }
    int more = bits.bits(2);
    if (more < 3) {
      return 3 + more;
    }
    more = bits.bits(5);
    return more < 31 ? 6 + more : 37 + bits.bits(7);
  }
}
