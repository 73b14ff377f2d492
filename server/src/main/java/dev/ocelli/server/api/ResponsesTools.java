package dev.ocelli.server.api;

import dev.ocelli.server.wire.Fields;
import dev.ocelli.server.wire.Json;
import dev.ocelli.server.wire.Schema;
import dev.ocelli.server.wire.Schema.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Reads tools as OpenAI's responses describe them. */
final class ResponsesTools {
  private static final Schema TOOL =
      Schema.named("a tool")
          .field("type", Type.STRING, "function: tools of a server's own are not run.")
          .field("name", Type.STRING, "The function.")
          .field("description", Type.STRING, "What it does.")
          .field("parameters", Type.OBJECT, "JSON Schema of its arguments.")
          .field("strict", Type.BOOLEAN, "Whether arguments must fit the schema.");

  private static final Schema CHOICE =
      Schema.named("tool_choice")
          .field("type", Type.STRING, "function.")
          .field("name", Type.STRING, "The function.");

  private ResponsesTools() {}

  static List<Map<String, Object>> tools(Fields request) {
    List<Map<String, Object>> out = new ArrayList<>();
    JsonNode list = request.node("tools");
    if (list != null) {
      for (JsonNode tool : list) {
        String where = "tools[%d]".formatted(out.size());
        String type = tool.path("type").asString("");
        if (!type.equals("function")) {
          throw request.error(
              where + ".type", "is '%s'; this server runs no tools, use function".formatted(type));
        }
        Fields f = TOOL.read(tool, where);
        JsonNode parameters = f.node("parameters");
        out.add(FunctionTools.describe(f, parameters == null ? Json.object() : parameters));
      }
    }
    return out;
  }

  static String choice(Fields request) {
    JsonNode node = request.node("tool_choice");
    if (node == null) {
      return "auto";
    }
    if (node.isString()) {
      String word = node.stringValue();
      if (!List.of("auto", "none", "required").contains(word)) {
        throw request.error(
            "tool_choice", "is '%s'; use auto, none, required or a function".formatted(word));
      }
      return word;
    }
    Fields f = CHOICE.read(node, "tool_choice");
    String type = f.requireString("type");
    if (!type.equals("function")) {
      throw f.error("type", "is '%s'; use function".formatted(type));
    }
    return f.requireString("name");
  }
}
