package dev.ocelli.engine.grammar;

import dev.ocelli.engine.OcelliException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Strings of one schema. */
final class StringSchema {
  private StringSchema() {}

  /** The strings that a schema allows, or null where there are none. */
  static @Nullable Expr expr(ObjectNode schema, String place) {
    boolean counted = schema.has("minLength") || schema.has("maxLength");
    if (schema.has("pattern") && schema.has("format")) {
      throw JsonSchemaGrammar.error(
          place + "/format", "beside 'pattern' this is not supported; leave one out");
    }
    if (counted && (schema.has("pattern") || schema.has("format"))) {
      throw JsonSchemaGrammar.error(
          place + (schema.has("minLength") ? "/minLength" : "/maxLength"),
          "beside 'pattern' and 'format' this is not supported; say the length in the pattern");
    }
    if (schema.has("pattern")) {
      String at = place + "/pattern";
      try {
        return JsonText.string(
            RegexParser.within(
                JsonSchemaGrammar.text(schema.path("pattern"), at), JsonText::written));
      } catch (OcelliException e) {
        throw e.in(JsonSchemaGrammar.where(at));
      }
    }
    if (schema.has("format")) {
      String format = JsonSchemaGrammar.text(schema.path("format"), place + "/format");
      Expr e = StringFormats.of(format);
      if (e == null) {
        throw JsonSchemaGrammar.error(
            place + "/format",
            "the format '%s' is not supported; use one of %s, or a pattern"
                .formatted(format, StringFormats.names()));
      }
      return JsonText.string(e);
    }
    if (!counted) {
      return Expr.rule(JsonText.STRING);
    }
    int min = SchemaNumbers.count(schema, "minLength", 0, place);
    int max = SchemaNumbers.count(schema, "maxLength", Expr.Repeat.UNLIMITED, place);
    if (max != Expr.Repeat.UNLIMITED && max < min) {
      return null;
    }
    return JsonText.string(Expr.repeat(Expr.rule(JsonText.CHARACTER), min, max));
  }
}
