package dev.ocelli.media;

import dev.ocelli.engine.vision.ImageSize;
import dev.ocelli.engine.vision.RgbImage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A TIFF file of several pictures, each a page. Previews and masks of pages are left out. */
final class TiffDocument implements Document {
  private static final int SUBFILE_TYPE = 254;

  /** Bits of the subfile type: a smaller copy of another picture, or the mask of one. */
  private static final long NO_PAGE = 1 | 4;

  private static final String WHERE = "the directory of page ";

  private final String name;
  private final String sha256;
  private final DocumentOptions options;

  /** The file, of which the header names the page that is being read and no page names another. */
  private final byte[] file;

  private final Bytes bytes;
  private final List<Long> directories = new ArrayList<>();
  private final List<ImageSize> sizes = new ArrayList<>();

  TiffDocument(byte[] data, String name, DocumentOptions options) {
    this.name = name;
    this.options = options;
    this.sha256 = Hashes.sha256(data);
    this.file = data.clone();
    this.bytes = new Bytes(file, 0, file.length, data[0] == 'M');
    try {
      separate();
    } catch (BadPictureException e) {
      throw ImageDecoder.refused(name, "TIFF document " + e.getMessage(), e);
    }
    for (int i = 0; i < directories.size(); i++) {
      sizes.add(ImageDecoder.readHeader(only(i), label(i), options.limits()).size());
    }
  }

  static boolean recognises(byte[] data) {
    Bytes big = Bytes.bigEndian(data);
    if (!TiffContainer.recognises(big)) {
      return false;
    }
    Bytes file = big.withOrder(data[0] == 'M');
    try {
      long first = file.u32(4, WHERE);
      return file.u32(end(file, first), WHERE) != 0 && pages(file, 2).size() > 1;
    } catch (BadPictureException e) {
      // What is wrong is told by whoever reads it as a picture.
      return false;
    }
  }

  private static long end(Bytes file, long directory) throws BadPictureException {
    return directory + 2 + 12L * file.u16(directory, WHERE);
  }

  /** The directories of pages, at most so many; previews are left out. */
  private static List<Long> pages(Bytes file, int most) throws BadPictureException {
    List<Long> out = new ArrayList<>();
    Set<Long> seen = new HashSet<>();
    for (long at = file.u32(4, WHERE); at != 0 && out.size() < most; ) {
      if (!seen.add(at)) {
        throw BadPictureException.damaged("the directories of its pages go in a circle", at);
      }
      if (isPage(file, at)) {
        out.add(at);
      }
      at = file.u32(end(file, at), WHERE + (seen.size() + 1));
    }
    return out;
  }

  private static boolean isPage(Bytes file, long directory) throws BadPictureException {
    int entries = file.u16(directory, WHERE);
    for (int i = 0; i < entries; i++) {
      long at = directory + 2 + 12L * i;
      if (file.u16(at, WHERE) == SUBFILE_TYPE) {
        return (file.u32(at + 8, WHERE) & NO_PAGE) == 0;
      }
    }
    return true;
  }

  /** Finds the pages and makes each the last of the file. */
  private void separate() throws BadPictureException {
    List<Long> all = pages(bytes, options.maxPages() + 1);
    if (all.size() > options.maxPages()) {
      throw new BadPictureException(
          "has more than %d pages: split it".formatted(options.maxPages()));
    }
    for (long directory : all) {
      directories.add(directory);
    }
    for (long directory : all) {
      int next = (int) end(bytes, directory);
      file[next] = 0;
      file[next + 1] = 0;
      file[next + 2] = 0;
      file[next + 3] = 0;
    }
  }

  /** The file with a page alone; valid until the next call. */
  private byte[] only(int page) {
    if (page < 0 || page >= directories.size()) {
      throw ImageDecoder.refused(
          name, "has no page %d: it has %d".formatted(page + 1, directories.size()), null);
    }
    int at = directories.get(page).intValue();
    for (int i = 0; i < 4; i++) {
      file[4 + i] = (byte) (at >>> (file[0] == 'M' ? 24 - 8 * i : 8 * i));
    }
    return file;
  }

  private String label(int page) {
    return name + ", page " + (page + 1);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String sha256() {
    return sha256;
  }

  @Override
  public int pages() {
    return directories.size();
  }

  @Override
  public PageGeometry geometry(int page) {
    return PageGeometry.ofPixels(size(page));
  }

  @Override
  public synchronized ImageSize size(int page) {
    only(page);
    return sizes.get(page);
  }

  @Override
  public boolean scalable() {
    return false;
  }

  @Override
  public PageText text(int page) {
    return PageText.NONE;
  }

  @Override
  public List<String> notes(int page) {
    return List.of();
  }

  @Override
  public synchronized RgbImage render(int page, ImageSize size) {
    return ImageDecoder.decode(
        only(page), label(page), new DecodeOptions(options.limits(), AlphaMode.DROP));
  }
}
