package dev.ocelli.server.api;

import dev.ocelli.engine.grammar.Constraint;
import dev.ocelli.engine.runtime.Control;
import dev.ocelli.server.wire.ApiError;
import dev.ocelli.server.wire.Fields;
import dev.ocelli.server.wire.Json;
import dev.ocelli.server.wire.Schema;
import dev.ocelli.server.wire.Schema.Type;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** What a reply must look like, by the names of OpenAI, llama.cpp and vLLM. */
final class FormFields {
  /** The fields. */
  static final Schema SCHEMA =
      Schema.named("form")
          .field("response_format", Type.OBJECT, "text, json_object or json_schema.")
          .field("grammar", Type.STRING, "A grammar in GBNF that the reply must fit.")
          .field("json_schema", Type.OBJECT, "A JSON Schema that the reply must fit.")
          .field("guided_json", Type.ANY, "A JSON Schema, as an object or as text.")
          .field("guided_regex", Type.STRING, "A regular expression that the whole reply matches.")
          .field("guided_choice", Type.ARRAY, "Texts, one of which is the reply.")
          .field("guided_grammar", Type.STRING, "The same as grammar.")
          .field(
              "structured_outputs",
              Type.OBJECT,
              "One of json, regex, choice, grammar and json_object.")
          .field(
              "loop_guard",
              Type.BOOLEAN,
              "Ends a reply that only repeats itself; on unless false.");

  private static final Schema FORMAT =
      Schema.named("response_format")
          .field("type", Type.STRING, "text, json_object or json_schema.")
          .field("json_schema", Type.OBJECT, "name, schema and strict.")
          .field("schema", Type.OBJECT, "The schema, as llama.cpp takes it.");

  private static final Schema NAMED =
      Schema.named("json_schema")
          .field("schema", Type.OBJECT, "The schema.")
          .ignored("name", "description", "strict");

  private static final Schema STRUCTURED =
      Schema.named("structured_outputs")
          .field("json", Type.ANY, "A JSON Schema, as an object or as text.")
          .field("regex", Type.STRING, "A regular expression.")
          .field("choice", Type.ARRAY, "Texts.")
          .field("grammar", Type.STRING, "A grammar in GBNF.")
          .field("json_object", Type.BOOLEAN, "Any JSON object.");

  /** By the path of the field that gives it. */
  private final Map<String, Constraint> found = new LinkedHashMap<>();

  private FormFields() {}

  /**
   * Reads them.
   *
   * @throws ApiError 400 that names a field of a wrong value, or several that exclude each other
   */
  static Form read(Fields f) {
    FormFields all = new FormFields();
    all.openAi(f);
    all.grammar(f, "grammar");
    if (f.has("json_schema")) {
      all.add(f, "json_schema", schema(f, "json_schema"));
    }
    all.guided(f);
    if (f.has("structured_outputs")) {
      all.structured(STRUCTURED.read(f.require("structured_outputs"), "structured_outputs"));
    }
    Control control = Control.DEFAULT.withLoopGuard(f.bool("loop_guard", true));
    if (all.found.size() > 1) {
      throw new ApiError(
              ApiError.Kind.INVALID,
              "%s exclude each other; give one of them"
                  .formatted(String.join(" and ", all.found.keySet())))
          .about(List.copyOf(all.found.keySet()).getLast());
    }
    for (Map.Entry<String, Constraint> e : all.found.entrySet()) {
      return new Form(control.withConstraint(e.getValue()), e.getKey());
    }
    return new Form(control, "");
  }

  private void add(Fields f, String field, Constraint constraint) {
    found.put(f.path(field), constraint);
  }

  private void openAi(Fields request) {
    JsonNode format = request.node("response_format");
    if (format == null) {
      return;
    }
    Fields f = FORMAT.read(format, "response_format");
    String type = f.requireString("type");
    switch (type) {
      case "text" -> {}
      case "json_object" -> {
        if (f.has("schema")) {
          add(f, "schema", schema(f, "schema"));
        } else {
          add(f, "type", new Constraint.JsonObject());
        }
      }
      case "json_schema" -> {
        if (f.has("schema")) {
          add(f, "schema", schema(f, "schema"));
        } else {
          Fields named = NAMED.read(f.require("json_schema"), f.path("json_schema"));
          add(named, "schema", schema(named, "schema"));
        }
      }
      default ->
          throw f.error("type", "is '%s'; use text, json_object or json_schema".formatted(type));
    }
  }

  private void guided(Fields f) {
    if (f.has("guided_json")) {
      add(f, "guided_json", schema(f, "guided_json"));
    }
    if (f.has("guided_regex")) {
      add(f, "guided_regex", new Constraint.Regex(f.requireString("guided_regex")));
    }
    if (f.has("guided_choice")) {
      add(f, "guided_choice", new Constraint.Choices(f.strings("guided_choice")));
    }
    grammar(f, "guided_grammar");
  }

  private void structured(Fields f) {
    if (f.has("json")) {
      add(f, "json", schema(f, "json"));
    }
    if (f.has("regex")) {
      add(f, "regex", new Constraint.Regex(f.requireString("regex")));
    }
    if (f.has("choice")) {
      add(f, "choice", new Constraint.Choices(f.strings("choice")));
    }
    grammar(f, "grammar");
    if (f.bool("json_object", false)) {
      add(f, "json_object", new Constraint.JsonObject());
    }
  }

  /** llama.cpp's clients send an empty grammar for none. */
  private void grammar(Fields f, String field) {
    if (!f.string(field, "").isEmpty()) {
      add(f, field, new Constraint.Gbnf(f.requireString(field)));
    }
  }

  private static Constraint schema(Fields f, String field) {
    JsonNode node = f.require(field);
    return new Constraint.JsonSchema(node.isString() ? node.stringValue() : Json.line(node));
  }
}
