package dev.ocelli.cli.media;

import dev.ocelli.cli.model.MediaOpener;
import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.vision.PictureClip;
import dev.ocelli.engine.vision.PictureSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A clip whose frames are pictures in files.
 *
 * @param name for reports
 * @param frames in time order, all of one size
 * @param fps frames a second
 */
public record FrameList(String name, List<PictureSource> frames, double fps)
    implements PictureClip {

  /** Opens the frames' files, in this order. */
  public static FrameList of(String name, List<Path> files, double fps, MediaOpener media) {
    if (files.isEmpty()) {
      throw new OcelliException(
          Kind.INPUT, name + ": has no pictures; a clip needs at least one frame");
    }
    List<PictureSource> frames = new ArrayList<>();
    for (Path file : files) {
      PictureSource frame = media.picture(file);
      PictureSource first = frames.isEmpty() ? frame : frames.getFirst();
      if (frame.width() != first.width() || frame.height() != first.height()) {
        throw new OcelliException(
            Kind.INPUT,
            "%s: is %dx%d pixels, but the clip's first frame is %dx%d; all frames of a clip must have one size"
                .formatted(file, frame.width(), frame.height(), first.width(), first.height()));
      }
      frames.add(frame);
    }
    return new FrameList(name, List.copyOf(frames), fps);
  }
}
