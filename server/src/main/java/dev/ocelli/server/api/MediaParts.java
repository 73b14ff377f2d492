package dev.ocelli.server.api;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.runtime.Media;
import dev.ocelli.engine.vision.ClipRange;
import dev.ocelli.engine.vision.ClipSource;
import dev.ocelli.engine.vision.ImageOptions;
import dev.ocelli.engine.vision.PatchSpec;
import dev.ocelli.engine.vision.Preprocessing;
import dev.ocelli.engine.vision.VideoOptions;
import dev.ocelli.server.media.EarlyPicture;
import dev.ocelli.server.media.FrameUploads;
import dev.ocelli.server.media.MediaLoader;
import dev.ocelli.server.media.MediaRules;
import dev.ocelli.server.media.Upload;
import dev.ocelli.server.wire.ApiError;
import dev.ocelli.server.wire.Fields;
import dev.ocelli.server.wire.Schema;
import dev.ocelli.server.wire.Schema.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Pictures and clips in the parts of messages. */
final class MediaParts {
  /** A picture of {@code detail: low} has at most so many tokens. */
  private static final int LOW_DETAIL_TOKENS = 256;

  /** A rate that no clip has, so that only the maximum counts. */
  private static final double ALL_FRAMES = 100_000;

  /** More could not be told apart from an attack, and no context holds them. */
  private static final int MOST_TOKENS = 1 << 20;

  /** Limits beside a picture. */
  static final Schema SIZES =
      Schema.named("a picture")
          .field("detail", Type.STRING, "low: at most 256 tokens; auto, high: the model's limits.")
          .field(
              "min_pixels", Type.INTEGER, "Smaller pictures are enlarged to about so many pixels.")
          .field("max_pixels", Type.INTEGER, "Larger pictures are shrunk to about so many pixels.")
          .field("min_tokens", Type.INTEGER, "The same in tokens.")
          .field("max_tokens", Type.INTEGER, "The same in tokens.");

  /** What the prompt has of the text layer of a document. */
  static final Schema PDF_TEXT =
      Schema.named("a document")
          .field(
              "pdf_text",
              Type.STRING,
              "hint: the text layer of each page is written behind it; off, as without it: it is not.");

  /**
   * {@code {"type": "image_url", "image_url": ...}} and {@code {"type": "image", "image": URL}}.
   */
  static final Schema PICTURE =
      Schema.named("a picture part")
          .field("type", Type.STRING, "image_url or image.")
          .field("image_url", Type.ANY, "A URL, or an object with url.")
          .field("image", Type.STRING, "A URL.")
          .field("pages", Type.STRING, "Of a document, such as 1-5,9. Default: all.")
          .with(PDF_TEXT)
          .with(SIZES)
          .ignored("cache_control", "uuid");

  private static final Schema PICTURE_URL =
      Schema.named("image_url")
          .field("url", Type.STRING, "A data URL; file:// and http(s):// where allowed.")
          .with(SIZES);

  /**
   * {@code {"type": "file", "file": {"file_data": ...}}} and {@code {"type": "input_file",
   * "file_data": ...}}.
   */
  static final Schema FILE =
      Schema.named("a file part")
          .field("type", Type.STRING, "file or input_file.")
          .field("file", Type.OBJECT, "The file, where the part is not the file itself.")
          .field("file_data", Type.STRING, "data:application/pdf;base64,... or base64 alone.")
          .field("file_url", Type.STRING, "file:// and http(s):// where allowed.")
          .field("file_id", Type.STRING, "A file of /v1/files in their place.")
          .field("pages", Type.STRING, "Pages of a document, such as 1-5,9. Default: all.")
          .field("password", Type.STRING, "Of an encrypted document.")
          .with(PDF_TEXT)
          .with(SIZES)
          .ignored("filename", "cache_control");

  /** Clips: a list of frames, or several frames in one URL. */
  static final Schema CLIP =
      Schema.named("a video part")
          .field("type", Type.STRING, "video or video_url.")
          .field("video", Type.ANY, "URLs of frames in order, or the URL of a video file.")
          .field(
              "video_url",
              Type.ANY,
              "The URL of a video file, or data:video/jpeg;base64,FRAME,FRAME; or an object with url.")
          .field(
              "fps",
              Type.NUMBER,
              "Frames a second of the list, or those of a file that are looked at; 2 where nothing is said.")
          .field("max_frames", Type.INTEGER, "Look at no more frames.")
          .field("max_tokens", Type.INTEGER, "Tokens of all frames together, about, at most.")
          .field("total_pixels", Type.INTEGER, "The same in pixels, as in qwen-vl-utils.")
          .field("video_start", Type.NUMBER, "Look from this second on.")
          .field("video_end", Type.NUMBER, "Look up to this second.");

  private static final Schema CLIP_URL =
      Schema.named("video_url").field("url", Type.STRING, "As video_url.");

  /** {@code mm_processor_kwargs}: defaults for all pictures and clips of a request. */
  static final Schema PROCESSOR =
      Schema.named("mm_processor_kwargs")
          .field("min_pixels", Type.INTEGER, "As of a picture.")
          .field("max_pixels", Type.INTEGER, "As of a picture.")
          .field(
              "size",
              Type.OBJECT,
              "shortest_edge and longest_edge: pixels, as in Qwen's configuration.")
          .field("fps", Type.NUMBER, "Look only at so many frames a second of a clip.");

  private static final Schema SIZE =
      Schema.named("size")
          .field("shortest_edge", Type.INTEGER, "The same as min_pixels.")
          .field("longest_edge", Type.INTEGER, "The same as max_pixels.");

  private final MediaLoader loader;
  private final String tenant;
  private final PatchSpec spec;
  private final ImageOptions defaults;
  private final @Nullable Double sampleFps;

  /**
   * For the parts of one request.
   *
   * @param processor its {@code mm_processor_kwargs}, or null
   */
  MediaParts(ServedModel model, @Nullable Fields processor) {
    this.loader = model.media();
    this.tenant = model.rules().tenant();
    this.spec = model.engine().files().pictures().spec();
    MediaRules.TokenRange range = loader.rules().images();
    ImageOptions base =
        new ImageOptions(Preprocessing.HF, optional(range.min()), optional(range.max()));
    this.defaults = processor == null ? base : processed(base, processor);
    this.sampleFps = processor == null ? null : processor.number("fps");
  }

  private static OptionalInt optional(int tokens) {
    return tokens > 0 ? OptionalInt.of(tokens) : OptionalInt.empty();
  }

  private ImageOptions processed(ImageOptions base, Fields p) {
    OptionalInt min = pixels(p, "min_pixels", true);
    OptionalInt max = pixels(p, "max_pixels", false);
    JsonNode node = p.node("size");
    if (node != null) {
      Fields size = SIZE.read(node, p.path("size"));
      min = size.has("shortest_edge") ? pixels(size, "shortest_edge", true) : min;
      max = size.has("longest_edge") ? pixels(size, "longest_edge", false) : max;
    }
    return overridden(base, min, max, p, "size");
  }

  /** The picture of a part, or the pages of its document. */
  List<Media.Picture> pictures(Fields part) {
    String named = part.string("type", "").equals("image") ? "image" : "image_url";
    JsonNode node = part.require(named);
    String where = part.path(named);
    ImageOptions options = sized(defaults, part);
    MediaLoader.Pages pages = new MediaLoader.Pages(part.string("pages"), null, hints(part));
    if (node.isString()) {
      return loaded(where, options, () -> loader.pictures(node.stringValue(), pages, where));
    }
    Fields inner = PICTURE_URL.read(node, where);
    String url = inner.requireString("url");
    String at = inner.path("url");
    return loaded(at, sized(options, inner), () -> loader.pictures(url, pages, at));
  }

  /** The pages of a document in a part, or the picture that its file is. */
  List<Media.Picture> file(Fields part) {
    JsonNode node = part.node("file");
    Fields f = node == null ? part : FILE.read(node, part.path("file"));
    String range = f.has("pages") ? f.string("pages") : part.string("pages");
    boolean hints = hints(f.has("pdf_text") ? f : part);
    MediaLoader.Pages pages = new MediaLoader.Pages(range, f.string("password"), hints);
    ImageOptions options = sized(sized(defaults, part), f);
    if (f.has("file_id")) {
      return kept(f, List.of("file_data", "file_url"), pages, options);
    }
    String named = f.has("file_url") ? "file_url" : "file_data";
    String text = f.requireString(named);
    String where = f.path(named);
    // Base64 has no colon, and every URL has.
    boolean bare = named.equals("file_data") && text.indexOf(':') < 0;
    return loaded(
        where,
        options,
        () -> bare ? loader.base64(text, pages, where) : loader.pictures(text, pages, where));
  }

  /** The picture of a part that names it by {@code file_id} instead of holding it. */
  List<Media.Picture> keptPicture(Fields part) {
    MediaLoader.Pages pages = new MediaLoader.Pages(part.string("pages"), null, hints(part));
    return kept(part, List.of("image_url", "image"), pages, sized(defaults, part));
  }

  /** A file that was sent earlier, with the request's defaults. */
  List<Media.Picture> kept(Fields f, MediaLoader.Pages pages) {
    return kept(f, List.of(), pages, defaults);
  }

  private List<Media.Picture> kept(
      Fields f, List<String> others, MediaLoader.Pages pages, ImageOptions options) {
    for (String other : others) {
      if (f.has(other)) {
        throw f.error("file_id", "stands beside %s; give one of them".formatted(other));
      }
    }
    String id = f.requireString("file_id");
    String where = f.path("file_id");
    return loaded(where, options, () -> loader.kept(id, tenant, pages, where));
  }

  /** Whether {@code pdf_text} asks for text layers. */
  static boolean hints(Fields f) {
    String said = f.string("pdf_text", "off");
    return switch (said) {
      case "off" -> false;
      case "hint" -> true;
      default -> throw f.error("pdf_text", "is '%s'; use off or hint".formatted(said));
    };
  }

  /** What came as base64 alone, with the request's defaults. */
  List<Media.Picture> base64(String text, MediaLoader.Pages pages, String where) {
    return loaded(where, defaults, () -> loader.base64(text, pages, where));
  }

  /** What came as a URL alone, with the request's defaults. */
  List<Media.Picture> url(String url, MediaLoader.Pages pages, String where) {
    return loaded(where, defaults, () -> loader.pictures(url, pages, where));
  }

  private static List<Media.Picture> loaded(
      String where, ImageOptions options, Supplier<List<EarlyPicture>> loading) {
    try {
      return loading.get().stream().map(p -> new Media.Picture(p, options)).toList();
    } catch (OcelliException e) {
      throw ApiError.of(e).about(where);
    }
  }

  /** The limits that fields of {@link #SIZES} set, with the request's defaults. */
  ImageOptions options(Fields sizes) {
    return sized(defaults, sizes);
  }

  private ImageOptions sized(ImageOptions base, Fields f) {
    OptionalInt min = either(f, tokens(f, "min_tokens"), pixels(f, "min_pixels", true));
    OptionalInt max = either(f, tokens(f, "max_tokens"), pixels(f, "max_pixels", false));
    String detail = f.string("detail");
    if (detail != null) {
      switch (detail) {
        case "auto", "high", "original" -> {}
        case "low" -> max = max.isPresent() ? max : OptionalInt.of(LOW_DETAIL_TOKENS);
        default -> throw f.error("detail", "is '%s'; use auto, low or high".formatted(detail));
      }
    }
    return overridden(base, min, max, f, "max_tokens");
  }

  private static ImageOptions overridden(
      ImageOptions base, OptionalInt min, OptionalInt max, Fields f, String field) {
    // A limit of the picture's own wins over the other limit's default.
    boolean crossed =
        min.isPresent() != max.isPresent()
            && (min.isPresent() ? min : base.minTokens()).orElse(0)
                > (max.isPresent() ? max : base.maxTokens()).orElse(Integer.MAX_VALUE);
    try {
      return crossed ? base.withTokens(min, max) : base.overriddenBy(min, max);
    } catch (OcelliException e) {
      throw f.error(field, String.valueOf(e.getMessage()));
    }
  }

  private static OptionalInt either(Fields f, OptionalInt a, OptionalInt b) {
    if (a.isPresent() && b.isPresent()) {
      throw f.error(
          "min_pixels", "a limit is given both in pixels and in tokens; give one of them");
    }
    return a.isPresent() ? a : b;
  }

  private static OptionalInt tokens(Fields f, String field) {
    return f.has(field) ? OptionalInt.of(f.integer(field, 0, 1, MOST_TOKENS)) : OptionalInt.empty();
  }

  /** Pixels as tokens: what has so many pixels or more, or at most. */
  private OptionalInt pixels(Fields f, String field, boolean up) {
    Long pixels = f.longInteger(field);
    if (pixels == null) {
      return OptionalInt.empty();
    }
    long most = (long) MOST_TOKENS * spec.pixelsPerToken();
    if (pixels < 1 || pixels > most) {
      throw f.error(field, "is %d; allowed are 1 to %d".formatted(pixels, most));
    }
    long tokens = up ? Math.ceilDiv(pixels, spec.pixelsPerToken()) : pixels / spec.pixelsPerToken();
    return OptionalInt.of((int) Math.max(1, tokens));
  }

  /** The clip of a part. */
  Media.Clip clip(Fields part) {
    String named = part.string("type", "").equals("video") ? "video" : "video_url";
    JsonNode node = part.require(named);
    String where = part.path(named);
    double fps = part.number("fps", 2);
    if (!(fps >= 0.001 && fps <= 1000)) {
      throw part.error("fps", "is %s; give a number from 0.001 to 1000".formatted(fps));
    }
    try {
      if (!node.isArray()) {
        String url = node.isString() ? node.stringValue() : "";
        if (node.isObject()) {
          Fields inner = CLIP_URL.read(node, where);
          url = inner.requireString("url");
          where = inner.path("url");
        }
        if (!MediaLoader.holdsFrames(url)) {
          VideoOptions sampled =
              VideoOptions.SAMPLED.sampledAt(sampleFps == null ? fps : sampleFps);
          return part(loader.video(url, where), sampled, part);
        }
        return part(
            new FrameUploads(where, List.copyOf(loader.frames(url, where)), fps),
            videoOptions(),
            part);
      }
      return part(
          new FrameUploads(where, List.copyOf(frames(node, where)), fps), videoOptions(), part);
    } catch (OcelliException e) {
      throw ApiError.of(e).about(where);
    }
  }

  /** What a part asks for of a clip. */
  private Media.Clip part(ClipSource clip, VideoOptions options, Fields part) {
    double start = part.number("video_start", 0);
    double end = part.number("video_end", Double.POSITIVE_INFINITY);
    if (!(start >= 0 && start < end)) {
      throw part.error("video_start", "must be at least 0 and below video_end");
    }
    VideoOptions limited = options;
    if (part.has("max_frames")) {
      if (options.selection() == VideoOptions.Selection.EVERY_FRAME) {
        limited = limited.sampledAt(ALL_FRAMES);
      }
      limited = limited.withMaxFrames(part.integer("max_frames", 0, 1, options.maxFrames()));
    }
    OptionalInt pixels = pixels(part, "total_pixels", false);
    OptionalInt most =
        either(
            part,
            tokens(part, "max_tokens"),
            pixels.isEmpty()
                ? pixels
                : OptionalInt.of(Math.max(1, pixels.getAsInt() / spec.temporalPatch())));
    if (most.isPresent()) {
      limited = limited.withMaxTokens(most.getAsInt());
    }
    return new Media.Clip(ClipRange.of(clip, start, end), limited);
  }

  private List<Upload> frames(JsonNode node, String where) {
    int most = VideoOptions.FRAME_LIST.maxFrames();
    if (node.isEmpty() || node.size() > most) {
      throw ApiError.field(where, "has %d frames; a clip has 1 to %d".formatted(node.size(), most));
    }
    List<Upload> out = new ArrayList<>();
    for (JsonNode frame : node) {
      String at = "%s[%d]".formatted(where, out.size());
      if (!frame.isString()) {
        throw ApiError.field(at, "must be a URL of a picture");
      }
      out.add(loader.picture(frame.stringValue(), at));
    }
    return out;
  }

  private VideoOptions videoOptions() {
    VideoOptions every = VideoOptions.FRAME_LIST;
    return sampleFps == null ? every : every.sampledAt(sampleFps);
  }
}
