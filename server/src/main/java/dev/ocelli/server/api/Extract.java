package dev.ocelli.server.api;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.extract.Calibration;
import dev.ocelli.engine.extract.ExtractionSchema;
import dev.ocelli.engine.extract.Extractor;
import dev.ocelli.engine.runtime.Engine;
import dev.ocelli.engine.runtime.Media;
import dev.ocelli.engine.runtime.Prepared;
import dev.ocelli.engine.runtime.Reply;
import dev.ocelli.engine.runtime.Request;
import dev.ocelli.media.draw.ExtractionReport;
import dev.ocelli.media.draw.SeenPicture;
import dev.ocelli.server.http.Exchange;
import dev.ocelli.server.http.Route;
import dev.ocelli.server.media.MediaLoader;
import dev.ocelli.server.wire.ApiError;
import dev.ocelli.server.wire.Fields;
import dev.ocelli.server.wire.Json;
import dev.ocelli.server.wire.Schema;
import dev.ocelli.server.wire.Schema.Type;
import dev.ocelli.server.work.Outcome;
import dev.ocelli.server.work.Planned;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code POST /v1/extract}: the fields of a schema, read out of pictures. */
final class Extract {
  /** Each gives a reply. */
  private static final int MOST_PICTURES = 64;

  private static final Schema REQUEST =
      Schema.named("an extraction request")
          .with(ModelSelection.MODEL)
          .field("schema", Type.OBJECT, "JSON Schema of what is to be read. Must be given.")
          .field(
              "images",
              Type.ARRAY,
              "URLs, image_url parts or file parts; each picture and page is asked about on its own. Must be given.")
          .field("prompt", Type.STRING, "Asked instead of the usual words, which hold the schema.")
          .field(
              "boxes",
              Type.BOOLEAN,
              "Ask for the box of each value; on unless false. A schema with bbox_2d asks itself.")
          .field("max_tokens", Type.INTEGER, "Most tokens of a reply; 4096 where nothing is said.")
          .field(
              "calibration",
              Type.OBJECT,
              "points: pairs of probability and share right, which turn probability into confidence.")
          .with(RequestFields.PICTURES)
          .with(Generation.CACHE)
          .ignored("user", "metadata");

  private final Service service;

  Extract(Service service) {
    this.service = service;
  }

  List<Route> routes() {
    Route.Doc doc = new Route.Doc("Reads the fields of a JSON Schema out of pictures.", REQUEST);
    return List.of(
        new Route("POST", "/v1/extract", Route.Access.METERED, Errors::openAi, doc, this::extract));
  }

  private void extract(Exchange x) throws IOException, InterruptedException {
    Fields f = x.fields();
    ServedModel model = service.model();
    Extractor extractor = extractor(f);
    String salt = Generation.DEFAULTS.withSaltOf(f).cacheSalt();
    List<Planned> planned = new ArrayList<>();
    for (Media media : pictures(f, model)) {
      planned.add(plan(model.engine(), extractor.request(media).withCacheSalt(salt)));
    }
    List<Outcome> outcomes = service.replies().make(x, model.slots(), planned, ReplyWriter.NONE);
    ObjectNode out = Json.object();
    out.put("id", "extract-" + x.id().substring(4));
    out.put("object", "extraction");
    out.put("created", Instant.now().getEpochSecond());
    out.put("model", model.name());
    ArrayNode results = out.putArray("results");
    for (int i = 0; i < outcomes.size(); i++) {
      Media media = planned.get(i).request().media().getFirst();
      results.add(result(i, extractor, model.engine(), media, outcomes.get(i).reply()));
    }
    out.set("usage", ReplyJson.usage(outcomes, 1));
    out.set("timings", ReplyJson.timings(outcomes));
    x.json(200, out);
  }

  private static Extractor extractor(Fields f) {
    ExtractionSchema schema;
    try {
      schema = ExtractionSchema.of(Json.line(f.require("schema")), f.bool("boxes", true));
    } catch (OcelliException e) {
      throw f.error("schema", String.valueOf(e.getMessage()));
    }
    Calibration calibration = Calibration.NONE;
    JsonNode points = f.node("calibration");
    if (points != null) {
      try {
        calibration = Calibration.read(Json.line(points));
      } catch (OcelliException e) {
        throw f.error("calibration", String.valueOf(e.getMessage()));
      }
    }
    return new Extractor(
        schema,
        f.string("prompt", Extractor.prompt(schema)),
        f.integer("max_tokens", Extractor.MAX_TOKENS, 1, Integer.MAX_VALUE),
        calibration);
  }

  private static List<Media> pictures(Fields f, ServedModel model) {
    JsonNode list = f.require("images");
    if (list.isEmpty() || list.size() > MOST_PICTURES) {
      throw f.error(
          "images", "has %d pictures; give 1 to %d".formatted(list.size(), MOST_PICTURES));
    }
    MediaParts parts = RequestFields.parts(f, model);
    List<Media> all = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      JsonNode node = list.get(i);
      String where = "%s[%d]".formatted(f.path("images"), i);
      boolean file = node.path("type").asString("").endsWith("file");
      if (node.has("pdf_text") || node.path("file").has("pdf_text")) {
        throw ApiError.field(where + ".pdf_text", "has no place in an extraction; leave it out");
      }
      all.addAll(
          node.isString()
              ? parts.url(node.stringValue(), MediaLoader.Pages.ALL, where)
              : file
                  ? parts.file(MediaParts.FILE.read(node, where))
                  : parts.pictures(MediaParts.PICTURE.read(node, where)));
    }
    if (all.size() > MOST_PICTURES) {
      throw f.error(
          "images",
          "are %d pictures and pages, but at most %d are read at once; name some with pages"
              .formatted(all.size(), MOST_PICTURES));
    }
    return all;
  }

  private static Planned plan(Engine engine, Request request) {
    Prepared prepared = engine.prepare(request);
    engine.requireRoom(prepared);
    try {
      engine.requireForm(request, prepared);
    } catch (OcelliException e) {
      throw ApiError.field("schema", String.valueOf(e.getMessage()));
    }
    return new Planned(request, prepared);
  }

  /** What was read out of a picture, or why nothing was. */
  private static ObjectNode result(
      int index, Extractor extractor, Engine engine, Media media, Reply reply) {
    ObjectNode out = Json.object().put("index", index);
    try {
      SeenPicture seen = new SeenPicture(media, reply.media().getFirst());
      out.setAll(
          new ExtractionReport(extractor.read(reply, engine.tokenizer().vocabulary()::bytes), seen)
              .json());
    } catch (OcelliException e) {
      out.put("error", String.valueOf(e.getMessage()));
    }
    return out;
  }
}
