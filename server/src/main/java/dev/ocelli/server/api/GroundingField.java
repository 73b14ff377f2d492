package dev.ocelli.server.api;

import dev.ocelli.engine.grounding.Grounding;
import dev.ocelli.engine.grounding.Region;
import dev.ocelli.engine.runtime.Reply;
import dev.ocelli.engine.vision.RgbImage;
import dev.ocelli.media.draw.GroundingReport;
import dev.ocelli.media.draw.PngWriter;
import dev.ocelli.media.draw.SeenPicture;
import dev.ocelli.server.wire.Fields;
import dev.ocelli.server.wire.Schema;
import dev.ocelli.server.wire.Schema.Type;
import dev.ocelli.server.work.Outcome;
import dev.ocelli.server.work.Planned;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Whether answers come with the boxes and points of their text, carried to the pictures' pixels.
 *
 * @param wanted whether they do
 * @param pixels whether in pixels, too
 * @param annotate whether with the pictures, boxes drawn
 */
record GroundingField(boolean wanted, boolean pixels, boolean annotate) {
  /** Nothing is asked for. */
  private static final GroundingField NONE = new GroundingField(false, false, false);

  /** Larger pictures are shrunk before boxes are drawn: an answer is no place for a photograph. */
  static final long MOST_PIXELS = 4L << 20;

  /** Pictures are decoded for drawing one at a time, whatever the number of requests. */
  static final ReentrantLock DRAWING = new ReentrantLock();

  /** The field. */
  static final Schema SCHEMA =
      Schema.named("grounding")
          .field(
              "grounding",
              Type.OBJECT,
              "Give the boxes and points of the reply: boxes is pixels or relative, annotate draws them into the pictures.");

  private static final Schema GROUNDING =
      Schema.named("grounding")
          .field(
              "boxes",
              Type.STRING,
              "pixels: places in pixels of the upright picture, too; relative: only parts of a thousand.")
          .field("annotate", Type.BOOLEAN, "Give each picture as PNG with its boxes drawn.");

  /** Reads it. */
  static GroundingField read(Fields f) {
    JsonNode node = f.node("grounding");
    if (node == null) {
      return NONE;
    }
    Fields g = GROUNDING.read(node, f.path("grounding"));
    String boxes = g.string("boxes", "pixels");
    if (!boxes.equals("pixels") && !boxes.equals("relative")) {
      throw g.error("boxes", "is '%s'; use pixels or relative".formatted(boxes));
    }
    return new GroundingField(true, boxes.equals("pixels"), g.bool("annotate", false));
  }

  /** Adds what a reply points at, where that is wanted. */
  void add(ObjectNode to, Planned planned, Outcome outcome) {
    if (!wanted) {
      return;
    }
    Reply reply = outcome.reply();
    GroundingReport report =
        new GroundingReport(
            Grounding.of(reply.text()), SeenPicture.of(planned.request().media(), reply.media()));
    ObjectNode out = report.json(pixels);
    out.put("boxes", pixels ? "pixels" : "relative");
    if (annotate) {
      pictures(out.putArray("annotated"), report);
    }
    to.set("grounding", out);
  }

  private static void pictures(ArrayNode to, GroundingReport report) {
    List<Region> regions = report.grounding().regions();
    int count = report.pictures().size();
    DRAWING.lock();
    try {
      for (int i = 0; i < count; i++) {
        int index = i;
        boolean any = regions.stream().anyMatch(r -> r.pictureOf(count) == index);
        @Nullable RgbImage drawn = any ? report.annotated(i, MOST_PIXELS) : null;
        if (drawn != null) {
          ObjectNode picture = to.addObject();
          picture.put("picture", i);
          picture.put("width", drawn.width());
          picture.put("height", drawn.height());
          picture.put("url", PngWriter.dataUrl(drawn));
        }
      }
    } finally {
      DRAWING.unlock();
    }
  }
}
