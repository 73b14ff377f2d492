package dev.ocelli.media;

import dev.ocelli.engine.vision.RgbImage;
import java.io.IOException;

/**
 * A picture file whose container was walked: it is known to be complete, and how large its picture
 * is. No pixel was decoded.
 */
interface Container {

  /** What the container says. */
  ImageHeader header();

  /** Decodes the first picture as it is stored, without orientation. */
  RgbImage decode(AlphaMode alphaMode) throws IOException, BadPictureException;
}
