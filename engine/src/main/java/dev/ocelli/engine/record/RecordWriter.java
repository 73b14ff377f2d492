package dev.ocelli.engine.record;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.chat.Message;
import dev.ocelli.engine.chat.Prompt;
import dev.ocelli.engine.lora.AdapterSet;
import dev.ocelli.engine.runtime.Engine;
import dev.ocelli.engine.runtime.Media;
import dev.ocelli.engine.runtime.PlannedMedia;
import dev.ocelli.engine.runtime.Prepared;
import dev.ocelli.engine.runtime.Reply;
import dev.ocelli.engine.runtime.Request;
import dev.ocelli.engine.vision.ClipRange;
import dev.ocelli.engine.vision.ClipSource;
import dev.ocelli.engine.vision.ImageOptions;
import dev.ocelli.engine.vision.PageOrigin;
import dev.ocelli.engine.vision.PictureClip;
import dev.ocelli.engine.vision.PictureSource;
import dev.ocelli.engine.vision.VideoOptions;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes audit records: everything that the bits of a reply depend on, and the reply. Pictures are
 * in it by their hashes, or as they are.
 *
 * <p>A record is JSON; docs/server.md describes its fields. Its last field is a checksum over the
 * others that survives re-formatting, for finding accidents: it is no signature.
 */
public final class RecordWriter {
  /** The version of the form. */
  static final int VERSION = 1;

  static final String CHECKSUM = "checksum";

  /** Identity of the pixels that were made of a page or of a video's file. */
  static final String DRAWN = "drawn_as";

  static final JsonMapper MAPPER = JsonMapper.builder().build();

  private RecordWriter() {}

  /**
   * Writes a record.
   *
   * @param request with the media as the request gave them; its messages are not looked at
   * @param pictures whether the record holds the files of pictures, too; never those of documents
   *     and videos
   */
  public static ObjectNode write(
      Engine engine, Request request, Prepared prepared, Reply reply, boolean pictures) {
    ObjectNode out = MAPPER.createObjectNode();
    out.put("record", VERSION);
    Surroundings.of(engine).write(out);
    ArrayNode media = out.putArray("media");
    for (int i = 0; i < prepared.media().size(); i++) {
      media(media.addObject(), request.media().get(i), prepared.media().get(i), pictures);
    }
    AdapterSet adapters = request.adapters();
    AdaptersJson.write(out, adapters == null ? engine.adapters().inForce() : adapters);
    prompt(out.putObject("prompt"), prepared);
    SamplingJson.write(out.putObject("sampling"), request.sampling());
    ObjectNode limits = out.putObject("limits");
    limits.put("max_tokens", request.maxTokens());
    limits.put("context", engine.contextLength());
    ArrayNode stop = limits.putArray("stop");
    request.stop().forEach(stop::add);
    FormJson.write(out.putObject("form"), request);
    reply(out.putObject("reply"), reply);
    out.put(CHECKSUM, Checksum.of(out));
    return out;
  }

  private static void media(ObjectNode out, Media media, PlannedMedia planned, boolean pictures) {
    switch (media) {
      case Media.Picture p -> {
        picture(out, p.source(), pictures);
        ImageOptions o = p.options();
        out.put("preprocessing", o.preprocessing().name().toLowerCase(Locale.ROOT));
        limit(out, "min_tokens", o.minTokens());
        limit(out, "max_tokens", o.maxTokens());
      }
      case Media.Clip c -> {
        out.put("type", "clip");
        out.put("name", c.source().name());
        out.put("fps", c.source().fps());
        clip(out, c.source(), planned, pictures);
        VideoOptions o = c.options();
        ObjectNode sampling = out.putObject("sampling");
        sampling.put("selection", o.selection().name().toLowerCase(Locale.ROOT));
        sampling.put("fps", o.fps());
        sampling.put("min_frames", o.minFrames());
        sampling.put("max_frames", o.maxFrames());
        sampling.put("cap_pixels_per_frame", o.capPixelsPerFrame());
        if (o.maxTokens() > 0) {
          sampling.put("max_tokens", o.maxTokens());
        }
      }
    }
    size(out, planned);
  }

  private static void picture(ObjectNode out, PictureSource source, boolean pictures) {
    PageOrigin page = source.origin();
    if (page == null) {
      out.put("type", "picture");
      out.put("name", source.name());
      out.put("sha256", source.sha256());
      if (pictures) {
        out.put("data", data(source));
      }
    } else {
      out.put("type", "page");
      out.put("name", page.document());
      out.put("sha256", page.sha256());
      out.put("page", page.page() + 1);
      out.put(DRAWN, source.sha256());
    }
  }

  /** Frames that are files by their hashes; of a video's file the hash, and what is taken of it. */
  private static void clip(
      ObjectNode out, ClipSource clip, PlannedMedia planned, boolean pictures) {
    ClipSource whole = clip;
    if (clip instanceof ClipRange range) {
      whole = range.whole();
      out.putObject("range").put("first", range.first()).put("frames", range.frameCount());
    }
    if (whole instanceof PictureClip frames) {
      ArrayNode all = out.putArray("frames");
      for (PictureSource frame : frames.frames()) {
        ObjectNode f = all.addObject();
        f.put("name", frame.name());
        f.put("sha256", frame.sha256());
        if (pictures) {
          f.put("data", data(frame));
        }
      }
      return;
    }
    String sha256 = whole.fileSha256();
    if (sha256 == null) {
      throw new OcelliException(
          OcelliException.Kind.USAGE,
          clip.name()
              + ": a record holds clips that are a file or pictures in files; this is none");
    }
    out.put("sha256", sha256);
    out.put(DRAWN, planned.key());
  }

  /** What preprocessing made of it. */
  static void size(ObjectNode out, PlannedMedia planned) {
    out.put("width", planned.source().width());
    out.put("height", planned.source().height());
    out.put("resampler", "bicubic, antialiased");
    out.put("resized_width", planned.canvas().width());
    out.put("resized_height", planned.canvas().height());
    ArrayNode grid = out.putArray("grid_thw");
    grid.add(planned.grid().t()).add(planned.grid().h()).add(planned.grid().w());
    out.put("tokens", planned.tokens());
  }

  private static void limit(ObjectNode out, String name, OptionalInt value) {
    if (value.isPresent()) {
      out.put(name, value.getAsInt());
    }
  }

  private static String data(PictureSource picture) {
    return Base64.getEncoder().encodeToString(picture.bytes());
  }

  private static void prompt(ObjectNode out, Prepared prepared) {
    ids(out.putArray("tokens"), prepared.prompt().ids());
    ArrayNode places = out.putArray("places");
    for (Prompt.Visual v : prepared.prompt().visuals()) {
      ObjectNode place = places.addObject();
      place.put("start", v.start());
      place.put("media", v.media());
      place.put("frame", v.frame());
      place.put("rows", v.rows());
      place.put("columns", v.columns());
    }
    out.put("in_reasoning", prepared.opensThinking());
  }

  static void reply(ObjectNode out, Reply reply) {
    ids(out.putArray("tokens"), reply.tokens().stream().mapToInt(Reply.Token::id).toArray());
    out.put("text", reply.text());
    if (reply.reasoning() != null) {
      out.put("reasoning", reply.reasoning());
    }
    if (!reply.toolCalls().isEmpty()) {
      ArrayNode calls = out.putArray("tool_calls");
      for (Message.ToolCall call : reply.toolCalls()) {
        calls.addObject().put("name", call.name()).put("arguments", call.arguments().toString());
      }
    }
    out.put("finish_reason", reply.finish().name().toLowerCase(Locale.ROOT));
    if (reply.stoppedBy() != null) {
      out.put("stopped_by", reply.stoppedBy());
    }
  }

  private static void ids(ArrayNode out, int[] ids) {
    for (int id : ids) {
      out.add(id);
    }
  }

  /** The record on lines, as it is written into a file. */
  public static String text(ObjectNode record) {
    return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(record) + "\n";
  }

  /** What two lists of media have in common is compared field by field; used by the reader. */
  static List<String> sizeFields() {
    return List.of("width", "height", "resized_width", "resized_height", "grid_thw", "tokens");
  }
}
