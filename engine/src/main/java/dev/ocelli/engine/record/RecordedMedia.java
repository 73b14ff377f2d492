package dev.ocelli.engine.record;

import dev.ocelli.engine.runtime.Media;
import dev.ocelli.engine.vision.ImageOptions;
import dev.ocelli.engine.vision.PictureClip;
import dev.ocelli.engine.vision.PictureSource;
import dev.ocelli.engine.vision.Preprocessing;
import dev.ocelli.engine.vision.VideoOptions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A picture or clip of a record. */
public final class RecordedMedia {
  /** More frames than any clip has. */
  private static final int MOST_FRAMES = 100_000;

  private final List<File> files;
  private final RecordFields fields;

  private RecordedMedia(List<File> files, RecordFields fields) {
    this.files = files;
    this.fields = fields;
  }

  /**
   * A file.
   *
   * @param name as it was given
   * @param sha256 of its bytes
   * @param data its bytes where the record has them, or null
   */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares files by these
  public record File(String name, String sha256, byte @Nullable [] data) {}

  static RecordedMedia of(RecordFields f) {
    List<File> files = new ArrayList<>();
    switch (f.text("type")) {
      case "picture" -> files.add(file(f));
      case "clip" -> f.objects("frames").forEach(frame -> files.add(file(frame)));
      default -> throw f.error("type", "is neither picture nor clip");
    }
    if (files.isEmpty() || files.size() > MOST_FRAMES) {
      throw f.error("frames", "are %d".formatted(files.size()));
    }
    return new RecordedMedia(List.copyOf(files), f);
  }

  /** The picture's file, or those of the clip's frames in order. */
  public List<File> files() {
    return files;
  }

  private static File file(RecordFields f) {
    byte[] data = null;
    if (f.has("data")) {
      try {
        data = Base64.getDecoder().decode(f.text("data"));
      } catch (IllegalArgumentException e) {
        throw f.error("data", "is no base64");
      }
    }
    return new File(f.text("name"), f.text("sha256"), data);
  }

  /**
   * The media for a request.
   *
   * @param sources one for each of {@link #files}, in their order
   */
  public Media media(List<PictureSource> sources) {
    if (fields.isText("type", "picture")) {
      return new Media.Picture(
          sources.getFirst(),
          fields.checked(() ->
              new ImageOptions(
                  preprocessing(), fields.limit("min_tokens"), fields.limit("max_tokens"))));
    }
    RecordFields s = fields.object("sampling");
    VideoOptions options =
        s.checked(() ->
            new VideoOptions(
                constant(VideoOptions.Selection.values(), s, "selection"),
                s.number("fps"),
                s.integer("min_frames"),
                s.integer("max_frames"),
                s.bool("cap_pixels_per_frame"),
                s.has("max_tokens") ? s.integer("max_tokens") : 0));
    return new Media.Clip(new Frames(fields.text("name"), sources, fields.number("fps")), options);
  }

  private Preprocessing preprocessing() {
    return constant(Preprocessing.values(), fields, "preprocessing");
  }

  private static <E extends Enum<E>> E constant(E[] all, RecordFields f, String field) {
    for (E e : all) {
      if (f.isText(field, e.name().toLowerCase(Locale.ROOT))) {
        return e;
      }
    }
    throw f.error(field, "is not known");
  }

  private record Frames(String name, List<PictureSource> frames, double fps)
      implements PictureClip {}
}
