package dev.ocelli.server.api;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.runtime.Media;
import dev.ocelli.engine.runtime.PlannedMedia;
import dev.ocelli.engine.vision.FrameStream;
import dev.ocelli.engine.vision.RgbImage;
import dev.ocelli.media.draw.Annotator;
import dev.ocelli.media.draw.PngWriter;
import dev.ocelli.media.draw.SeenPicture;
import dev.ocelli.server.http.Exchange;
import dev.ocelli.server.http.Route;
import dev.ocelli.server.wire.ApiError;
import dev.ocelli.server.wire.Fields;
import dev.ocelli.server.wire.Json;
import dev.ocelli.server.wire.Schema;
import dev.ocelli.server.wire.Schema.Type;
import java.io.IOException;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Shows what the model sees of the media of messages: pages of documents as they are drawn for it,
 * frames of clips that it looks at. For clients that cannot draw these themselves.
 */
final class PictureViews {
  private static final int MOST_VIEWS = 16;

  private static final Schema REQUEST =
      Schema.named("a picture view request")
          .field("messages", Type.ARRAY, "As of a chat completion.")
          .field("views", Type.ARRAY, "Which pictures: index, and of clips seconds.")
          .with(RequestFields.PICTURES)
          .with(ModelSelection.MODEL);

  private static final Schema VIEW =
      Schema.named("a view")
          .field(
              "index",
              Type.INTEGER,
              "Which picture, page or clip of all in the messages, from 0, as a reply's media are.")
          .field(
              "seconds",
              Type.NUMBER,
              "Of a clip: the nearest frame that is looked at. Default: its first.");

  private final Service service;

  PictureViews(Service service) {
    this.service = service;
  }

  List<Route> routes() {
    return List.of(
        new Route(
            "POST",
            "/v1/pictures/view",
            Route.Access.MODEL,
            Errors::openAi,
            new Route.Doc(
                "Pages and frames of messages as the model sees them, as PNG; nothing is computed.",
                REQUEST),
            this::view));
  }

  private void view(Exchange x) throws IOException {
    Fields f = x.fields();
    ServedModel model = service.model();
    List<Media> media = OpenAiMessages.read(f, RequestFields.parts(f, model)).media();
    JsonNode wanted = f.require("views");
    if (wanted.size() > MOST_VIEWS) {
      throw f.error("views", "has %d; at most %d".formatted(wanted.size(), MOST_VIEWS));
    }
    ObjectNode out = Json.object();
    out.put("object", "picture.views");
    out.put("model", model.name());
    out.put("count", media.size());
    ArrayNode views = out.putArray("views");
    for (JsonNode node : wanted) {
      Fields view = VIEW.read(node, "views[%d]".formatted(views.size()));
      view.require("index");
      if (media.isEmpty()) {
        throw view.error("index", "there are no pictures in the messages");
      }
      Media shown = media.get(view.integer("index", 0, 0, media.size() - 1));
      try {
        draw(views.addObject(), view, model, shown);
      } catch (OcelliException e) {
        throw ApiError.of(e).about(view.path("index"));
      }
    }
    x.json(200, out);
  }

  private static void draw(ObjectNode out, Fields view, ServedModel model, Media media) {
    out.put("index", view.integer("index", 0, 0, Integer.MAX_VALUE));
    GroundingField.DRAWING.lock();
    try {
      RgbImage pixels =
          switch (model.engine().plan(media)) {
            case PlannedMedia.Picture p -> {
              if (view.has("seconds")) {
                throw view.error("seconds", "is for clips; this is a picture");
              }
              int page = SeenPicture.page(media);
              if (page > 0) {
                out.put("page", page);
              }
              yield p.picture().decode();
            }
            case PlannedMedia.Clip c -> frame(out, view.number("seconds", 0), c);
          };
      RgbImage shown = Annotator.shrunk(pixels, GroundingField.MOST_PIXELS);
      out.put("width", shown.width());
      out.put("height", shown.height());
      out.put("url", PngWriter.dataUrl(shown));
    } finally {
      GroundingField.DRAWING.unlock();
    }
  }

  private static RgbImage frame(ObjectNode out, double seconds, PlannedMedia.Clip clip) {
    int[] indices = clip.plan().sampling().indices();
    double[] times = clip.plan().sampling().times();
    int nearest = 0;
    for (int i = 1; i < times.length; i++) {
      nearest = Math.abs(times[i] - seconds) < Math.abs(times[nearest] - seconds) ? i : nearest;
    }
    out.put("seconds", times[nearest]);
    try (FrameStream frames = clip.clip().open(new int[] {indices[nearest]})) {
      return frames.next();
    }
  }
}
