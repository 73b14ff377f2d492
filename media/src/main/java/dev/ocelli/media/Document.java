package dev.ocelli.media;

import dev.ocelli.engine.vision.ImageSize;
import dev.ocelli.engine.vision.RgbImage;
import java.util.List;

/**
 * A file of pages. Pages are counted from 0 here and from 1 in messages and on command lines.
 *
 * <p>Thread-safe. Whatever the file's bytes are, only {@link dev.ocelli.engine.OcelliException}
 * (INPUT) leaves the methods. What a page needs is read when it is asked for and not kept, so that
 * memory does not grow with the pages.
 */
public interface Document {
  /** What messages call it. */
  String name();

  /** SHA-256 of the file's bytes, in hexadecimal. */
  String sha256();

  /** The number of pages, at least 1. */
  int pages();

  /** Where a page's pixels lie on it. */
  PageGeometry geometry(int page);

  /**
   * The size at which a page is rendered where nothing else is wanted.
   *
   * @see DocumentOptions#dpi()
   */
  ImageSize size(int page);

  /** Whether pages are drawn at any size, or are pictures of the size that they have. */
  boolean scalable();

  /** The text layer; {@link PageText#NONE} where there is none. */
  PageText text(int page);

  /**
   * What keeps a page from being shown as its author saw it, such as fonts that are not in the
   * file; a sentence's part each.
   */
  List<String> notes(int page);

  /**
   * What of this machine a page's pixels depend on, such as a font; empty where they are the same
   * everywhere.
   */
  default String appearance(int page) {
    return "";
  }

  /**
   * Renders a page upright on white.
   *
   * @param size of the picture; that of {@link #size} unless the document is {@link #scalable}
   */
  RgbImage render(int page, ImageSize size);
}
