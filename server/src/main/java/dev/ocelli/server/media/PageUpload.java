package dev.ocelli.server.media;

import dev.ocelli.engine.vision.ImageSize;
import dev.ocelli.engine.vision.PageOrigin;
import dev.ocelli.engine.vision.RgbImage;
import dev.ocelli.media.PageGeometry;
import dev.ocelli.media.PagePicture;
import dev.ocelli.media.PageSource;
import org.jspecify.annotations.Nullable;

/** A page of a document that came with a request. */
public final class PageUpload implements EarlyPicture, PageSource {
  private final PagePicture page;
  private final String hint;
  private final long fileBytes;
  private @Nullable RgbImage drawn;

  /**
   * A page that is not drawn yet.
   *
   * @param hint its text layer where the prompt is to have it, or empty
   * @param fileBytes its part of the document's bytes
   */
  PageUpload(PagePicture page, String hint, long fileBytes) {
    this.page = page;
    this.hint = hint;
    this.fileBytes = fileBytes;
  }

  /** The number of the page, from 1. */
  public int number() {
    return page.page() + 1;
  }

  /** Its text layer where the prompt is to have it, or empty. */
  public String hint() {
    return hint;
  }

  @Override
  public int page() {
    return page.page();
  }

  @Override
  public PageGeometry geometry() {
    return page.geometry();
  }

  @Override
  public String name() {
    return page.name();
  }

  @Override
  public int width() {
    return page.width();
  }

  @Override
  public int height() {
    return page.height();
  }

  @Override
  public String sha256() {
    return page.sha256();
  }

  @Override
  public PageUpload at(ImageSize size) {
    return new PageUpload(page.at(size), hint, fileBytes);
  }

  @Override
  public String text() {
    return page.text();
  }

  @Override
  public PageOrigin origin() {
    return page.origin();
  }

  @Override
  public boolean isFile() {
    return false;
  }

  @Override
  public synchronized void decodeEarly(boolean keep) {
    if (drawn == null) {
      RgbImage pixels = page.decode();
      drawn = keep ? pixels : null;
    }
  }

  /** The pixels; those that were kept are given away once, for they take much memory. */
  @Override
  public synchronized RgbImage decode() {
    RgbImage pixels = drawn;
    drawn = null;
    return pixels == null ? page.decode() : pixels;
  }

  @Override
  public synchronized void release() {
    drawn = null;
  }

  @Override
  public long fileBytes() {
    return fileBytes;
  }
}
