package dev.ocelli.engine.record;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.chat.Prompt;
import dev.ocelli.engine.lora.AdapterSet;
import dev.ocelli.engine.model.Positions;
import dev.ocelli.engine.quantize.Requantization;
import dev.ocelli.engine.runtime.Engine;
import dev.ocelli.engine.runtime.Media;
import dev.ocelli.engine.runtime.PlannedMedia;
import dev.ocelli.engine.runtime.Prepared;
import dev.ocelli.engine.runtime.Reply;
import dev.ocelli.engine.runtime.Request;
import dev.ocelli.engine.sampling.Sampling;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A record that is read again. What it says is checked as anything is that comes from outside: a
 * record that was changed gives an error, not a strange reply.
 */
public final class ReplyRecord {
  /** More media than any context takes. */
  private static final int MOST_MEDIA = 4096;

  private final RecordFields fields;
  private final List<RecordedMedia> media = new ArrayList<>();

  private ReplyRecord(RecordFields fields) {
    this.fields = fields;
  }

  /**
   * Reads a record.
   *
   * @param text JSON: a record, or an answer of the server that has one
   * @throws OcelliException INPUT when it is none, or was changed after it was made
   */
  public static ReplyRecord parse(String text) {
    JsonNode node;
    try {
      node = RecordWriter.MAPPER.readTree(text);
    } catch (JacksonException e) {
      throw new OcelliException(
          OcelliException.Kind.INPUT,
          "this is no JSON (%s); give a record of 'run --record' or of the server"
              .formatted(e.getOriginalMessage()),
          e);
    }
    RecordFields fields = new RecordFields(find(node), "");
    if (!node.isObject() || !fields.has("record")) {
      throw new OcelliException(
          OcelliException.Kind.INPUT,
          "this is no record; give one of 'run --record', or the field 'record' of an answer to a request with \"deterministic\": true");
    }
    int version = fields.integer("record");
    if (version != RecordWriter.VERSION) {
      throw new OcelliException(
          OcelliException.Kind.INPUT,
          "the record is of form %d, this program reads form %d; use the program that wrote it"
              .formatted(version, RecordWriter.VERSION));
    }
    if (!Checksum.of(fields.node()).equals(fields.text(RecordWriter.CHECKSUM))) {
      throw new OcelliException(
          OcelliException.Kind.INPUT,
          "the record was changed after it was made: its checksum is another; give the record as it was written");
    }
    ReplyRecord record = new ReplyRecord(fields);
    List<RecordFields> media = fields.objects("media");
    if (media.size() > MOST_MEDIA) {
      throw fields.error("media", "has %d pictures and clips".formatted(media.size()));
    }
    media.forEach(m -> record.media.add(RecordedMedia.of(m)));
    return record;
  }

  /** A whole answer has its record in the first choice, or beside its text. */
  private static JsonNode find(JsonNode node) {
    for (JsonNode place : List.of(node, node.path("choices").path(0))) {
      if (place.path("record").isObject()) {
        return place.path("record");
      }
    }
    return node;
  }

  /** The pictures and clips, in order. */
  public List<RecordedMedia> media() {
    return List.copyOf(media);
  }

  /** How the reply was computed, for those who want to compute it the same way. */
  public Computed computed() {
    RecordFields c = fields.object("computed");
    return new Computed(
        c.text("level"),
        c.text("load_mode"),
        c.bool("exact"),
        requantization(c),
        c.bool("vision_bfloat16"),
        c.text("cache_type"),
        fields.object("limits").integer("context", 1, Integer.MAX_VALUE));
  }

  /**
   * How a reply was computed.
   *
   * @param level instruction-set level
   * @param loadMode how weights were loaded
   * @param exact whether activations stayed float32
   * @param requantization what became of the weights
   * @param visionBfloat16 whether the vision tower rounded to bfloat16
   * @param cacheType of keys and values
   * @param context tokens
   */
  public record Computed(
      String level,
      String loadMode,
      boolean exact,
      Requantization requantization,
      boolean visionBfloat16,
      String cacheType,
      int context) {}

  private static Requantization requantization(RecordFields computed) {
    String name = computed.text("requantized");
    for (Requantization r : Requantization.values()) {
      if (r.name().equalsIgnoreCase(name)) {
        return r;
      }
    }
    throw computed.error("requantized", "must be off, q8_0 or q4_k");
  }

  /** The names of the model's files, as far as the record tells. */
  public List<String> modelFiles() {
    List<String> names = new ArrayList<>();
    fields.object("model").objects("files").forEach(f -> names.add(f.text("name")));
    return names;
  }

  /** What of program, model and arithmetic is otherwise here, a sentence each. */
  public List<String> differences(Engine engine) {
    return Surroundings.of(engine).differences(fields.node());
  }

  /** The request: how tokens are chosen, and the media. There are no messages. */
  public Request request(List<Media> given) {
    RecordFields limits = fields.object("limits");
    FormJson.Form form = FormJson.read(fields.object("form"));
    Sampling sampling = SamplingJson.read(fields.object("sampling"));
    return new Request(
            List.of(),
            given,
            form.tools(),
            sampling,
            limits.integer("max_tokens"),
            limits.texts("stop"),
            -1)
        .with(form.control());
  }

  /**
   * The adapters that the reply was made with.
   *
   * @throws OcelliException INPUT when the engine has not loaded one of them
   */
  public AdapterSet adapters(Engine engine) {
    return AdaptersJson.read(fields, engine);
  }

  /**
   * The prompt around its media.
   *
   * @param planned the media in order
   * @throws OcelliException INPUT when the record's prompt is none of this model
   */
  public Prepared prepared(Engine engine, List<PlannedMedia> planned) {
    for (int i = 0; i < planned.size(); i++) {
      requireSize(fields.objects("media").get(i), planned.get(i));
    }
    RecordFields p = fields.object("prompt");
    int[] ids = p.ids("tokens", engine.files().config().text().vocabulary());
    if (ids.length == 0) {
      throw p.error("tokens", "are none");
    }
    Prompt prompt = new Prompt(ids, places(p, ids.length, planned));
    return new Prepared(prompt, Positions.of(prompt), planned, p.bool("in_reasoning"));
  }

  private static List<Prompt.Visual> places(RecordFields p, int length, List<PlannedMedia> media) {
    int merge = 0;
    List<Prompt.Visual> out = new ArrayList<>();
    int from = 0;
    for (RecordFields f : p.objects("places")) {
      int index = f.integer("media", 0, media.size() - 1);
      PlannedMedia m = media.get(index);
      int frames = m.grid().t();
      Prompt.Visual v =
          new Prompt.Visual(
              f.integer("start", from, length - 1),
              index,
              f.integer("frame", 0, frames - 1),
              f.integer("rows", 1, m.grid().h()),
              f.integer("columns", 1, m.grid().w()));
      if ((long) v.rows() * v.columns() * frames != m.tokens() || v.start() + v.tokens() > length) {
        throw f.error("start", "and size do not fit the picture");
      }
      from = v.start() + v.tokens();
      merge += v.tokens();
      out.add(v);
    }
    if (merge != media.stream().mapToInt(PlannedMedia::tokens).sum()) {
      throw p.error("places", "are not those of all pictures");
    }
    return out;
  }

  /**
   * Pages and videos that are drawn or decoded by something else than they were, a sentence each.
   */
  List<String> drawnOtherwise(List<Media> given, List<PlannedMedia> planned) {
    List<String> out = new ArrayList<>();
    for (int i = 0; i < planned.size(); i++) {
      RecordFields there = fields.objects("media").get(i);
      if (there.has(RecordWriter.DRAWN)) {
        String here =
            given.get(i) instanceof Media.Picture p ? p.source().sha256() : planned.get(i).key();
        if (!here.equals(there.text(RecordWriter.DRAWN))) {
          out.add(
              "media[%d] was drawn as %s, and is as %s here (another version of what draws or decodes it, another font)"
                  .formatted(i, there.text(RecordWriter.DRAWN), here));
        }
      }
    }
    return out;
  }

  /** Preprocessing must come to the same sizes. */
  private static void requireSize(RecordFields there, PlannedMedia planned) {
    ObjectNode here = RecordWriter.MAPPER.createObjectNode();
    RecordWriter.size(here, planned);
    for (String field : RecordWriter.sizeFields()) {
      JsonNode value = there.require(field);
      if (!value.equals(here.path(field))) {
        throw new OcelliException(
            OcelliException.Kind.INPUT,
            "%s.%s is %s in the record, but this model makes it %s; replay with the model and program of the record"
                .formatted(there.path(), field, value, here.path(field)));
      }
    }
  }

  /** Compares a reply with the recorded one. */
  public Comparison compare(Reply reply) {
    RecordFields r = fields.object("reply");
    return Comparison.of(r, reply);
  }
}
