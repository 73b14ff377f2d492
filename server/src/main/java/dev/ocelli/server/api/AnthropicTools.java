package dev.ocelli.server.api;

import dev.ocelli.engine.grammar.ToolChoice;
import dev.ocelli.server.wire.Fields;
import dev.ocelli.server.wire.Schema;
import dev.ocelli.server.wire.Schema.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Reads tools as Anthropic's API describes them; chat templates want OpenAI's descriptions. */
final class AnthropicTools {
  private static final Schema TOOL =
      Schema.named("a tool")
          .field("type", Type.STRING, "custom: tools of a server's own are not run.")
          .field("name", Type.STRING, "The tool.")
          .field("description", Type.STRING, "What it does.")
          .field("input_schema", Type.OBJECT, "JSON Schema of its arguments.")
          .field("strict", Type.BOOLEAN, "Whether arguments must fit the schema.")
          .ignored("cache_control", "input_examples", "eager_input_streaming");

  private static final Schema CHOICE =
      Schema.named("tool_choice")
          .field("type", Type.STRING, "auto, any, tool or none.")
          .field("name", Type.STRING, "The tool, where type is tool.")
          .field(
              "disable_parallel_tool_use", Type.BOOLEAN, "Whether one call is all there may be.");

  private AnthropicTools() {}

  static List<Map<String, Object>> tools(Fields request) {
    List<Map<String, Object>> out = new ArrayList<>();
    JsonNode list = request.node("tools");
    if (list != null) {
      for (JsonNode tool : list) {
        out.add(tool(TOOL.read(tool, "tools[%d]".formatted(out.size()))));
      }
    }
    return out;
  }

  private static Map<String, Object> tool(Fields f) {
    String type = f.string("type", "custom");
    if (!type.equals("custom")) {
      throw f.error("type", "is '%s'; this server runs no tools, use custom".formatted(type));
    }
    return FunctionTools.describe(f, f.require("input_schema"));
  }

  /** The form with the calls that the request allows. */
  static Form form(Fields request, List<Map<String, Object>> tools, Form form) {
    JsonNode node = request.node("tool_choice");
    FunctionTools.Calls calls = new FunctionTools.Calls(ToolChoice.AUTO, true);
    if (node != null) {
      Fields f = CHOICE.read(node, "tool_choice");
      calls = new FunctionTools.Calls(choice(f), !f.bool("disable_parallel_tool_use", false));
    }
    return FunctionTools.form(request, calls, tools, form);
  }

  private static ToolChoice choice(Fields f) {
    String type = f.requireString("type");
    return switch (type) {
      case "auto" -> ToolChoice.AUTO;
      case "none" -> new ToolChoice.None();
      case "any" -> new ToolChoice.Required();
      case "tool" -> new ToolChoice.Named(f.requireString("name"));
      default -> throw f.error("type", "is '%s'; use auto, any, tool or none".formatted(type));
    };
  }
}
