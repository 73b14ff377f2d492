package dev.ocelli.engine.extract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ocelli.engine.OcelliException;
import org.junit.jupiter.api.Test;

/** Values are wrapped where boxes are wanted, and nothing else is changed. */
class ExtractionSchemaContractTest {
  private static final String BOX =
      "{\"anyOf\":[{\"type\":\"array\",\"minItems\":4,\"maxItems\":4,\"items\":{\"type\":\"integer\",\"minimum\":0,\"maximum\":1000}},{\"type\":\"null\"}]}";

  private static String wrapped(String leaf) {
    return "{\"type\":\"object\",\"properties\":{\"value\":%s,\"bbox_2d\":%s},\"required\":[\"value\",\"bbox_2d\"],\"additionalProperties\":false}"
        .formatted(leaf, BOX);
  }

  private static String asked(String schema) {
    return ExtractionSchema.of(schema, true).asked().toString();
  }

  @Test
  void valuesOfObjectsAndListsAreWrapped() {
    String text = "{\"type\":\"string\"}";
    assertThat(asked(text)).isEqualTo(wrapped(text));
    assertThat(
            asked(
                "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"array\",\"items\":%s}}}"
                    .formatted(text)))
        .isEqualTo(
            "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"array\",\"items\":%s}}}"
                .formatted(wrapped(text)));
  }

  @Test
  void whatMayBeNullIsOneValue() {
    String maybe = "{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"null\"}]}";
    assertThat(asked(maybe)).isEqualTo(wrapped(maybe));
    String object = "{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"integer\"}}}";
    assertThat(asked("{\"anyOf\":[%s,{\"type\":\"null\"}]}".formatted(object)))
        .isEqualTo(
            "{\"anyOf\":[%s,%s]}"
                .formatted(
                    object.replace("{\"type\":\"integer\"}", wrapped("{\"type\":\"integer\"}")),
                    wrapped("{\"type\":\"null\"}")));
  }

  @Test
  void definitionsAreWrappedWhereTheyStand() {
    String schema =
        "{\"type\":\"array\",\"items\":{\"$ref\":\"#/$defs/c\"},\"$defs\":{\"c\":{\"enum\":[\"x\",\"y\"]}}}";
    assertThat(asked(schema))
        .isEqualTo(
            "{\"type\":\"array\",\"items\":{\"$ref\":\"#/$defs/c\"},\"$defs\":{\"c\":%s}}"
                .formatted(wrapped("{\"enum\":[\"x\",\"y\"]}")));
  }

  @Test
  void aSchemaThatHasBoxesIsAskedAsItIsButHeldToThePicture() {
    String schema =
        "{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{\"bbox_2d\":{\"type\":\"array\",\"items\":{\"type\":\"integer\"}},\"label\":{\"type\":\"string\"}}}}";
    ExtractionSchema s = ExtractionSchema.of(schema, true);
    assertThat(s.wrapped()).isFalse();
    assertThat(s.schema().toString()).isEqualTo(schema);
    assertThat(s.asked().toString())
        .isEqualTo(
            schema.replace(
                "{\"type\":\"integer\"}},",
                "{\"type\":\"integer\",\"minimum\":0,\"maximum\":1000},\"minItems\":4,\"maxItems\":4},"));
    String own =
        "{\"properties\":{\"bbox_2d\":{\"anyOf\":[{\"type\":\"array\",\"items\":{\"type\":\"number\",\"minimum\":5,\"exclusiveMaximum\":9},\"minItems\":4,\"maxItems\":4},{\"type\":\"null\"}]}}}";
    assertThat(ExtractionSchema.of(own, true).asked().toString()).isEqualTo(own);
    assertThat(ExtractionSchema.of("{\"type\":\"string\"}", false).wrapped()).isFalse();
  }

  @Test
  void whatIsNoSchemaIsRefused() {
    assertThatThrownBy(() -> ExtractionSchema.of("{", true))
        .isInstanceOf(OcelliException.class)
        .hasMessageContaining("no JSON text");
    assertThatThrownBy(() -> ExtractionSchema.of("{\"type\":\"text\"}", true))
        .isInstanceOf(OcelliException.class);
    assertThatThrownBy(() -> ExtractionSchema.of("{\"properties\":3}", true))
        .isInstanceOf(OcelliException.class);
  }
}
