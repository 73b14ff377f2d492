package dev.ocelli.engine.record;

import dev.ocelli.engine.runtime.Media;
import dev.ocelli.engine.vision.ClipRange;
import dev.ocelli.engine.vision.ClipSource;
import dev.ocelli.engine.vision.ImageOptions;
import dev.ocelli.engine.vision.ImageSize;
import dev.ocelli.engine.vision.PictureClip;
import dev.ocelli.engine.vision.PictureSource;
import dev.ocelli.engine.vision.Preprocessing;
import dev.ocelli.engine.vision.VideoOptions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A picture, page or clip of a record. */
public final class RecordedMedia {
  /** What has to be found to have it again. */
  public enum Kind {
    /** The file of a picture. */
    PICTURE,
    /** A document, of which it is a page. */
    PAGE,
    /** The files of a clip's frames. */
    FRAMES,
    /** The file of a video. */
    VIDEO
  }

  /** More frames than any clip has. */
  private static final int MOST_FRAMES = 100_000;

  private static final int MOST_SIDE = 1 << 20;

  private final Kind kind;
  private final List<File> files;
  private final RecordFields fields;

  private RecordedMedia(Kind kind, List<File> files, RecordFields fields) {
    this.kind = kind;
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
    Kind kind =
        switch (f.text("type")) {
          case "picture" -> Kind.PICTURE;
          case "page" -> Kind.PAGE;
          case "clip" -> f.has("frames") ? Kind.FRAMES : Kind.VIDEO;
          default -> throw f.error("type", "is neither picture nor page nor clip");
        };
    List<File> files = new ArrayList<>();
    if (kind == Kind.FRAMES) {
      f.objects("frames").forEach(frame -> files.add(file(frame)));
    } else {
      files.add(file(f));
    }
    if (files.isEmpty() || files.size() > MOST_FRAMES) {
      throw f.error("frames", "are %d".formatted(files.size()));
    }
    return new RecordedMedia(kind, List.copyOf(files), f);
  }

  public Kind kind() {
    return kind;
  }

  /** Which page of its document it is, counted from 0. */
  public int page() {
    return fields.integer("page", 1, Integer.MAX_VALUE) - 1;
  }

  /** The size that a page had before it was fitted to the model. */
  public ImageSize size() {
    return new ImageSize(
        fields.integer("width", 1, MOST_SIDE), fields.integer("height", 1, MOST_SIDE));
  }

  /** The picture's, document's or video's file, or those of the clip's frames in order. */
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
   * @param sources one for each of {@link #files}, in their order; the page of a document
   */
  public Media media(List<PictureSource> sources) {
    return kind == Kind.FRAMES
        ? media(new Frames(fields.text("name"), sources, fields.number("fps")))
        : new Media.Picture(
            sources.getFirst(),
            fields.checked(() ->
                new ImageOptions(
                    preprocessing(), fields.limit("min_tokens"), fields.limit("max_tokens"))));
  }

  /** The media for a request of a whole clip, of which the record has a part or all. */
  public Media media(ClipSource whole) {
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
    if (!fields.has("range")) {
      return new Media.Clip(whole, options);
    }
    RecordFields range = fields.object("range");
    int first = range.integer("first", 0, whole.frameCount() - 1);
    int frames = range.integer("frames", 1, whole.frameCount() - first);
    return new Media.Clip(new ClipRange(whole, first, frames), options);
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
