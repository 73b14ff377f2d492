package dev.ocelli.engine.runtime;

import dev.ocelli.engine.vision.ClipSource;
import dev.ocelli.engine.vision.ImageOptions;
import dev.ocelli.engine.vision.PictureSource;
import dev.ocelli.engine.vision.VideoOptions;

/** A picture or clip of a request with the options of its preprocessing. */
public sealed interface Media {
  /** A still picture. */
  record Picture(PictureSource source, ImageOptions options) implements Media {}

  /** A clip. */
  record Clip(ClipSource source, VideoOptions options) implements Media {}
}
