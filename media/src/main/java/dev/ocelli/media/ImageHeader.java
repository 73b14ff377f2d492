package dev.ocelli.media;

import dev.ocelli.engine.vision.ImageSize;

/**
 * What a picture's container says, without decoding it.
 *
 * @param format the container's format
 * @param stored the size as stored, before orientation
 * @param orientation EXIF orientation, 1 to 8; 1 is upright
 * @param frames pictures in the file; only the first is decoded
 * @param alpha whether pixels may be transparent
 * @param bits bits a sample
 */
public record ImageHeader(
    PictureFormat format, ImageSize stored, int orientation, int frames, boolean alpha, int bits) {

  /** The size after the orientation is applied: what the decoded picture has. */
  public ImageSize size() {
    return orientation >= 5 ? new ImageSize(stored.height(), stored.width()) : stored;
  }
}
