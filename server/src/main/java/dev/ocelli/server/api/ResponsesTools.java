package dev.ocelli.server.api;

import dev.ocelli.engine.grammar.ToolChoice;
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

  /** The form with the calls that the request allows. */
  static Form form(Fields request, List<Map<String, Object>> tools, Form form) {
    boolean parallel = request.bool("parallel_tool_calls", true);
    return FunctionTools.form(
        request, new FunctionTools.Calls(choice(request), parallel), tools, form);
  }

  private static ToolChoice choice(Fields request) {
    JsonNode node = request.node("tool_choice");
    if (node == null) {
      return ToolChoice.AUTO;
    }
    if (node.isString()) {
      return FunctionTools.choice(request, node.stringValue());
    }
    Fields f = CHOICE.read(node, "tool_choice");
    String type = f.requireString("type");
    if (!type.equals("function")) {
      throw f.error("type", "is '%s'; use function".formatted(type));
    }
    return new ToolChoice.Named(f.requireString("name"));
  }
}
