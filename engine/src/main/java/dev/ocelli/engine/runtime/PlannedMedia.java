package dev.ocelli.engine.runtime;

import dev.ocelli.engine.vision.ClipSource;
import dev.ocelli.engine.vision.FrameStream;
import dev.ocelli.engine.vision.Grid;
import dev.ocelli.engine.vision.ImagePlan;
import dev.ocelli.engine.vision.ImageSize;
import dev.ocelli.engine.vision.PictureSource;
import dev.ocelli.engine.vision.VideoPlan;

/**
 * A picture or clip of a request whose size in the prompt is known, though no pixel has been
 * decoded.
 *
 * <p>The key names the content and everything that its encoding depends on besides the model; equal
 * keys have equal encodings.
 */
public sealed interface PlannedMedia {
  /** Identity of content and preprocessing; reads and hashes all bytes of the files. */
  String key();

  /** Patches. */
  Grid grid();

  /** Placeholder tokens in the prompt. */
  int tokens();

  /** What the model will see, in pixels. */
  ImageSize canvas();

  /** Original size in pixels. */
  ImageSize source();

  /** What becomes of it, for reports. */
  default Reply.MediaUse use(Reply.Origin origin) {
    return new Reply.MediaUse(
        source().width(),
        source().height(),
        canvas().width(),
        canvas().height(),
        grid(),
        tokens(),
        origin);
  }

  /** A picture and its plan. */
  record Picture(PictureSource picture, ImagePlan plan) implements PlannedMedia {
    @Override
    public String key() {
      return picture.sha256()
          + '/'
          + plan.preprocessing()
          + '/'
          + plan.canvas().width()
          + 'x'
          + plan.canvas().height();
    }

    @Override
    public Grid grid() {
      return plan.grid();
    }

    @Override
    public int tokens() {
      return plan.tokens();
    }

    @Override
    public ImageSize canvas() {
      return plan.canvas();
    }

    @Override
    public ImageSize source() {
      return plan.source();
    }
  }

  /** A clip and its plan, which samples some of its frames. */
  record Clip(ClipSource clip, VideoPlan plan) implements PlannedMedia {
    @Override
    public String key() {
      return "clip"
          + clip.identity(plan.sampling().indices())
          + '/'
          + plan.canvas().width()
          + 'x'
          + plan.canvas().height();
    }

    /** Begins to decode the frames that the plan samples. */
    public FrameStream open() {
      return clip.open(plan.sampling().indices());
    }

    @Override
    public Grid grid() {
      return plan.grid();
    }

    @Override
    public int tokens() {
      return plan.tokens();
    }

    @Override
    public ImageSize canvas() {
      return plan.canvas();
    }

    @Override
    public ImageSize source() {
      return plan.source();
    }
  }
}
