package dev.ocelli.server.media;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.vision.PictureClip;
import dev.ocelli.engine.vision.PictureSource;
import java.util.List;

/**
 * A clip whose frames came as pictures of one size.
 *
 * @param name the place in the request, for errors
 * @param frames in time order
 * @param fps frames a second
 */
public record FrameUploads(String name, List<PictureSource> frames, double fps)
    implements PictureClip {
  /** Refuses frames of different sizes. */
  public FrameUploads {
    for (PictureSource f : frames) {
      PictureSource first = frames.getFirst();
      if (f.width() != first.width() || f.height() != first.height()) {
        throw new OcelliException(
            OcelliException.Kind.INPUT,
            "%s: is %dx%d pixels, but the clip's first frame is %dx%d; all frames of a clip must have one size"
                .formatted(f.name(), f.width(), f.height(), first.width(), first.height()));
      }
    }
  }
}
