package dev.ocelli.server.media;

import dev.ocelli.engine.vision.PictureSource;

/** A picture of a request, whose pixels may be decoded before they are asked for. */
public sealed interface EarlyPicture extends PictureSource permits Upload, PageUpload {
  /**
   * Decodes now, which shows whether it can be decoded.
   *
   * @param keep whether the pixels are kept for {@link #decode}
   */
  void decodeEarly(boolean keep);

  /** Forgets pixels that were decoded early and that nobody asked for. */
  void release();

  /** Bytes of its file, or its part of them. */
  long fileBytes();
}
