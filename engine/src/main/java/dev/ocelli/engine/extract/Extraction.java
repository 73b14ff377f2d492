package dev.ocelli.engine.extract;

import dev.ocelli.engine.grounding.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What was read out of a picture.
 *
 * @param data a value of the schema
 * @param fields its values that are no objects and no lists, in order
 */
public record Extraction(JsonNode data, List<Field> fields) {
  public Extraction {
    fields = List.copyOf(fields);
  }

  /**
   * A value.
   *
   * @param path its place in the data, a JSON pointer
   * @param value text, number, boolean or null
   * @param probability what the model held of the value's tokens, 0 to 1; NaN where that is unknown
   * @param confidence the same after calibration: how often such a value is right
   * @param box where it was seen, in parts of a thousand of the picture; null where that is unknown
   * @param start where it begins in the reply's text, in UTF-16 units
   * @param end where it ends, exclusive
   */
  public record Field(
      String path,
      JsonNode value,
      double probability,
      double confidence,
      Shape.@Nullable Box box,
      int start,
      int end) {}
}
