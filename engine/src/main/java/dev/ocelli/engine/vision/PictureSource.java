package dev.ocelli.engine.vision;

import org.jspecify.annotations.Nullable;

/**
 * A picture whose header is known and whose pixels are decoded only when they are needed: after the
 * plan is accepted and unless a cache already knows the picture.
 */
public interface PictureSource {
  /** The file's name or another word for it, for messages. */
  String name();

  /** Width in pixels after EXIF orientation. */
  int width();

  /** Height in pixels after EXIF orientation. */
  int height();

  /** SHA-256 of the original bytes, in hexadecimal: the picture's identity for caches. */
  String sha256();

  /** Whether {@link #bytes} are the picture, so that a record can hold it. */
  default boolean isFile() {
    return true;
  }

  /**
   * The original bytes, for a record that is to hold them.
   *
   * @throws UnsupportedOperationException when the picture is no file
   */
  default byte[] bytes() {
    throw new UnsupportedOperationException(name() + " is no file");
  }

  /** The page that it is; null where it is a file of its own. */
  default @Nullable PageOrigin origin() {
    return null;
  }

  /**
   * The same picture at the size that is wanted where it is drawn, such as a page of a document;
   * this one where it has a size of its own.
   */
  default PictureSource at(ImageSize size) {
    return this;
  }

  /**
   * Words that the picture is said to show, in reading order, or nothing. They may make a reply
   * faster, never different.
   */
  default String text() {
    return "";
  }

  /**
   * Decodes the pixels, upright RGB.
   *
   * @throws dev.ocelli.engine.OcelliException of kind INPUT when the data is damaged
   */
  RgbImage decode();
}
