package dev.ocelli.media;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** TIFF files of grey pictures, for tests. */
final class TiffFiles {
  private TiffFiles() {}

  /**
   * A picture of one shade.
   *
   * @param subfile type of it: 0 for a page, 1 for a preview
   */
  record Page(int width, int height, int shade, int subfile, int orientation) {
    static Page of(int width, int height, int shade) {
      return new Page(width, height, shade, 0, 1);
    }
  }

  static byte[] of(ByteOrder order, List<Page> pages) {
    ByteBuffer out = ByteBuffer.allocate(1 << 16).order(order);
    out.put((order == ByteOrder.BIG_ENDIAN ? "MM" : "II").getBytes());
    out.putShort((short) 42);
    int link = out.position();
    out.putInt(0);
    for (Page page : pages) {
      int data = out.position();
      for (int i = 0; i < page.width() * page.height(); i++) {
        out.put((byte) page.shade());
      }
      out.position(out.position() + out.position() % 2);
      out.putInt(link, out.position());
      List<int[]> entries = new ArrayList<>();
      entries.add(new int[] {254, page.subfile()});
      entries.add(new int[] {256, page.width()});
      entries.add(new int[] {257, page.height()});
      entries.add(new int[] {258, 8});
      entries.add(new int[] {259, 1});
      entries.add(new int[] {262, 1});
      entries.add(new int[] {273, data});
      entries.add(new int[] {274, page.orientation()});
      entries.add(new int[] {277, 1});
      entries.add(new int[] {278, page.height()});
      entries.add(new int[] {279, page.width() * page.height()});
      out.putShort((short) entries.size());
      for (int[] entry : entries) {
        boolean isShort = entry[0] == 258 || entry[0] == 262 || entry[0] == 274 || entry[0] == 259;
        out.putShort((short) entry[0]).putShort((short) (isShort ? 3 : 4)).putInt(1);
        if (isShort) {
          out.putShort((short) entry[1]).putShort((short) 0);
        } else {
          out.putInt(entry[1]);
        }
      }
      link = out.position();
      out.putInt(0);
    }
    byte[] file = new byte[out.position()];
    out.get(0, file);
    return file;
  }
}
