package dev.ocelli.server.api;

import dev.ocelli.engine.grammar.ToolChoice;
import dev.ocelli.server.wire.ApiError;
import dev.ocelli.server.wire.Fields;
import dev.ocelli.server.wire.Json;
import dev.ocelli.server.wire.Schema;
import dev.ocelli.server.wire.Schema.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** The tools of a chat completion and whether they are called. */
final class ToolFields {
  /** The fields. */
  static final Schema SCHEMA =
      Schema.named("tools")
          .field("tools", Type.ARRAY, "Functions that the model may call.")
          .field("tool_choice", Type.ANY, "auto, none, required or a function.")
          .field(
              "parallel_tool_calls",
              Type.BOOLEAN,
              "Whether a reply may have several calls; it may unless false.");

  private ToolFields() {}

  /**
   * The tools as the chat template takes them.
   *
   * @throws ApiError 400 that names a tool without a name
   */
  @SuppressWarnings("unchecked") // keys of JSON objects are strings
  static List<Map<String, Object>> tools(Fields f) {
    List<Map<String, Object>> out = new ArrayList<>();
    JsonNode list = f.node("tools");
    if (list != null) {
      for (JsonNode tool : list) {
        check(tool, f.path("tools[%d]".formatted(out.size())));
        out.add((Map<String, Object>) Json.plain(tool));
      }
    }
    return out;
  }

  /** What else is in a description is for the model to read. */
  private static void check(JsonNode tool, String where) {
    if (!tool.isObject()) {
      throw ApiError.field(where, "is not an object");
    }
    String type = tool.path("type").asString("function");
    if (!type.equals("function")) {
      throw ApiError.field(
          where + ".type", "is '%s'; tools of the type function can be called".formatted(type));
    }
    JsonNode function = tool.path("function");
    if (!function.isObject()) {
      throw ApiError.field(where + ".function", "is missing, or not an object");
    }
    JsonNode name = function.path("name");
    if (!name.isString() || name.stringValue().isEmpty()) {
      throw ApiError.field(where + ".function.name", "is missing, or not a string");
    }
    JsonNode parameters = function.path("parameters");
    if (!parameters.isMissingNode() && !parameters.isNull() && !parameters.isObject()) {
      throw ApiError.field(where + ".function.parameters", "must be a JSON Schema");
    }
  }

  /**
   * The form with the calls that the request allows.
   *
   * @throws ApiError 400 when calls are asked for that there cannot be
   */
  static Form form(Fields f, List<Map<String, Object>> tools, Form form) {
    boolean parallel = f.bool("parallel_tool_calls", true);
    return FunctionTools.form(f, new FunctionTools.Calls(choice(f), parallel), tools, form);
  }

  private static ToolChoice choice(Fields f) {
    JsonNode node = f.node("tool_choice");
    if (node == null) {
      return ToolChoice.AUTO;
    }
    if (node.isString()) {
      return FunctionTools.choice(f, node.stringValue());
    }
    JsonNode name = node.path("function").path("name");
    if (!name.isString()) {
      throw f.error(
          "tool_choice",
          "names no function; write {\"type\": \"function\", \"function\": {\"name\": ...}}");
    }
    return new ToolChoice.Named(name.stringValue());
  }
}
