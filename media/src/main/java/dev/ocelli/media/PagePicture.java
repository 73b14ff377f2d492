package dev.ocelli.media;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.vision.ImageSize;
import dev.ocelli.engine.vision.PageOrigin;
import dev.ocelli.engine.vision.RgbImage;
import java.nio.charset.StandardCharsets;

/**
 * A page as a picture, which is rendered when its pixels are asked for.
 *
 * @param page counted from 0
 * @param size of the picture
 */
public record PagePicture(Document document, int page, ImageSize size) implements PageSource {

  /** A page at the size that its document gives it. */
  public static PagePicture of(Document document, int page) {
    return new PagePicture(document, page, document.size(page));
  }

  @Override
  public String name() {
    return document.name() + ", page " + (page + 1);
  }

  @Override
  public int width() {
    return size.width();
  }

  @Override
  public int height() {
    return size.height();
  }

  /** Of the file, the page and the way of rendering: known before anything is rendered. */
  @Override
  public String sha256() {
    String appearance = document.appearance(page);
    return Hashes.sha256(
        "page %d of %s, renderer %d%s"
            .formatted(
                page,
                document.sha256(),
                RENDERER,
                appearance.isEmpty() ? "" : ", with " + appearance)
            .getBytes(StandardCharsets.UTF_8));
  }

  /** To be raised when the same page gets other pixels, so that no cache mixes them. */
  private static final int RENDERER = 1;

  @Override
  public PagePicture at(ImageSize wanted) {
    return document.scalable() ? new PagePicture(document, page, wanted) : this;
  }

  /** The text layer; nothing where it cannot be read, as nothing depends on it. */
  @Override
  public String text() {
    try {
      return document.text(page).text();
    } catch (OcelliException e) {
      return "";
    }
  }

  @Override
  public PageOrigin origin() {
    return new PageOrigin(document.name(), document.sha256(), page);
  }

  @Override
  public boolean isFile() {
    return false;
  }

  @Override
  public PageGeometry geometry() {
    return document.geometry(page);
  }

  @Override
  public RgbImage decode() {
    return document.render(page, size);
  }
}
