package dev.ocelli.media.draw;

import dev.ocelli.engine.extract.Extraction;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What was read out of a picture, with the places of values on it.
 *
 * @param extraction the values
 * @param picture that they were read from
 */
public record ExtractionReport(Extraction extraction, SeenPicture picture) {
  private static final double DECIMALS = 1e4;

  /**
   * As JSON: {@code data}, and {@code fields} of which each has {@code path}, {@code value}, {@code
   * confidence}, {@code probability}, {@code box} with its place in {@code pixels} and, on pages,
   * in {@code points}, and {@code text}, its part of the reply.
   */
  public ObjectNode json() {
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    out.set("data", extraction.data());
    ArrayNode fields = out.putArray("fields");
    extraction.fields().forEach(f -> fields.add(field(f)));
    return out;
  }

  private ObjectNode field(Extraction.Field f) {
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    out.put("path", f.path());
    out.set("value", f.value());
    share(out, "confidence", f.confidence());
    share(out, "probability", f.probability());
    if (f.box() == null) {
      out.putNull("box");
      if (picture.page() > 0) {
        out.put("page", picture.page());
      }
    } else {
      out.set("box", GroundingReport.numbers(f.box()));
      GroundingReport.place(out, picture, f.box(), true);
    }
    out.putArray("text").add(f.start()).add(f.end());
    return out;
  }

  private static void share(ObjectNode to, String name, double value) {
    if (Double.isNaN(value)) {
      to.putNull(name);
    } else {
      to.put(name, Math.rint(value * DECIMALS) / DECIMALS);
    }
  }
}
