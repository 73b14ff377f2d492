package dev.ocelli.engine.grammar;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Keywords whose values are numbers. */
final class SchemaNumbers {
  private SchemaNumbers() {}

  /** The bounds of a number. */
  static NumberRanges.Bounds bounds(ObjectNode schema, String place) {
    JsonNode low = number(schema, "minimum", place);
    JsonNode above = number(schema, "exclusiveMinimum", place);
    JsonNode high = number(schema, "maximum", place);
    JsonNode below = number(schema, "exclusiveMaximum", place);
    boolean strictLow =
        above != null && (low == null || above.decimalValue().compareTo(low.decimalValue()) >= 0);
    boolean strictHigh =
        below != null && (high == null || below.decimalValue().compareTo(high.decimalValue()) <= 0);
    JsonNode least = strictLow ? above : low;
    JsonNode most = strictHigh ? below : high;
    return new NumberRanges.Bounds(
        least == null ? null : least.decimalValue(),
        strictLow,
        most == null ? null : most.decimalValue(),
        strictHigh);
  }

  private static @Nullable JsonNode number(ObjectNode schema, String keyword, String place) {
    JsonNode n = schema.get(keyword);
    if (n == null) {
      return null;
    }
    if (!n.isNumber()
        || n.decimalValue().precision() > 60
        || Math.abs(n.decimalValue().scale()) > 60) {
      throw JsonSchemaGrammar.error(
          place + "/" + keyword,
          "a number of at most 60 digits is needed, not %s; mend it".formatted(n));
    }
    return n;
  }

  /** A count of characters or elements. */
  static int count(ObjectNode schema, String keyword, int otherwise, String place) {
    JsonNode n = number(schema, keyword, place);
    if (n == null) {
      return otherwise;
    }
    if (n.decimalValue().stripTrailingZeros().scale() > 0
        || n.decimalValue().signum() < 0
        || n.decimalValue().compareTo(new BigDecimal(Integer.MAX_VALUE)) > 0) {
      throw JsonSchemaGrammar.error(
          place + "/" + keyword, "a count is needed, not %s; mend it".formatted(n));
    }
    return n.decimalValue().intValue();
  }
}
