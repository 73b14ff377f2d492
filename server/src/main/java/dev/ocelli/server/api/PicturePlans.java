package dev.ocelli.server.api;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.model.ModelFiles;
import dev.ocelli.engine.runtime.TimeEstimates;
import dev.ocelli.engine.vision.ImagePlan;
import dev.ocelli.engine.vision.ImageSize;
import dev.ocelli.server.http.Exchange;
import dev.ocelli.server.http.Route;
import dev.ocelli.server.wire.Fields;
import dev.ocelli.server.wire.Json;
import dev.ocelli.server.wire.Schema;
import dev.ocelli.server.wire.Schema.Type;
import java.io.IOException;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What pictures of given sizes will cost, told before they are sent. */
final class PicturePlans {
  private static final int MOST_PICTURES = 1024;

  /** A longer side is in no file format. */
  private static final int LONGEST_SIDE = 1 << 20;

  private static final Schema REQUEST =
      Schema.named("a picture plan request")
          .field("pictures", Type.ARRAY, "Sizes: width, height; limits as beside a picture.")
          .with(RequestFields.PICTURES)
          .with(ModelSelection.MODEL);

  private static final Schema PICTURE =
      Schema.named("a picture's size")
          .field("width", Type.INTEGER, "Pixels, as the picture is shown.")
          .field("height", Type.INTEGER, "Pixels, as the picture is shown.")
          .with(MediaParts.SIZES);

  private final Service service;

  PicturePlans(Service service) {
    this.service = service;
  }

  List<Route> routes() {
    return List.of(
        new Route(
            "POST",
            "/v1/pictures/plan",
            Route.Access.MODEL,
            Errors::openAi,
            new Route.Doc(
                "Grid, tokens and expected seconds of pictures, from their sizes alone.", REQUEST),
            this::plan));
  }

  private void plan(Exchange x) throws IOException {
    Fields f = x.fields();
    ServedModel model = service.model();
    MediaParts parts = RequestFields.parts(f, model);
    ModelFiles.PictureRules rules = model.engine().files().pictures();
    JsonNode pictures = f.require("pictures");
    if (pictures.size() > MOST_PICTURES) {
      throw f.error("pictures", "has %d; at most %d".formatted(pictures.size(), MOST_PICTURES));
    }
    ObjectNode out = Json.object();
    out.put("object", "picture.plans");
    out.put("model", model.name());
    ArrayNode plans = out.putArray("plans");
    boolean sees = model.engine().files().vision() != null;
    TimeEstimates times = model.slots().times();
    int tokens = 0;
    double seconds = 0;
    for (JsonNode node : pictures) {
      Fields picture = PICTURE.read(node, "pictures[%d]".formatted(plans.size()));
      ImagePlan plan = plan(picture, parts, rules);
      tokens += plan.tokens();
      ObjectNode described = plans.addObject();
      describe(described, plan);
      double encoding = sees ? times.picture(plan.grid()) : Double.NaN;
      Expected.seconds(described, "seconds", encoding);
      seconds += encoding;
    }
    out.put("tokens", tokens);
    Expected.total(out, times, seconds, times.prompt(0, tokens));
    x.json(200, out);
  }

  private static ImagePlan plan(Fields picture, MediaParts parts, ModelFiles.PictureRules rules) {
    picture.require("width");
    picture.require("height");
    ImageSize size =
        new ImageSize(
            picture.integer("width", 0, 1, LONGEST_SIDE),
            picture.integer("height", 0, 1, LONGEST_SIDE));
    try {
      return ImagePlan.of(size, parts.options(picture), rules.image(), rules.spec());
    } catch (OcelliException e) {
      throw picture.error("width", String.valueOf(e.getMessage()));
    }
  }

  private static void describe(ObjectNode out, ImagePlan plan) {
    out.put("width", plan.source().width());
    out.put("height", plan.source().height());
    out.put("resized_width", plan.canvas().width());
    out.put("resized_height", plan.canvas().height());
    Expected.grid(out, plan.grid());
    out.put("tokens", plan.tokens());
  }
}
