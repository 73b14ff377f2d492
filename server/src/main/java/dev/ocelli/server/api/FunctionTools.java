package dev.ocelli.server.api;

import dev.ocelli.server.wire.Fields;
import dev.ocelli.server.wire.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Descriptions of functions in the form in which chat templates want them: that of OpenAI's chat.
 */
final class FunctionTools {
  private FunctionTools() {}

  /**
   * Refuses calls of tools, which this API's answers cannot carry.
   *
   * @param choice {@code auto}, {@code none}, {@code required} or a tool's name
   * @throws ApiError 400 when a call is possible or asked for
   */
  static void refuse(Fields f, List<Map<String, Object>> tools, String choice) {
    if (!tools.isEmpty() && !choice.equals("none")) {
      throw f.error(
          "tools", "are not called by this endpoint; use /v1/chat/completions, or leave them out");
    }
    if (!choice.equals("auto") && !choice.equals("none")) {
      throw f.error("tool_choice", "asks for a call, but there are no tools; leave it out");
    }
  }

  /**
   * Describes a function.
   *
   * @param f has {@code name}, and perhaps {@code description} and {@code strict}
   * @param parameters JSON Schema of its arguments
   */
  static Map<String, Object> describe(Fields f, JsonNode parameters) {
    Map<String, Object> function = new LinkedHashMap<>();
    function.put("name", f.requireString("name"));
    if (f.has("description")) {
      function.put("description", f.requireString("description"));
    }
    function.put("parameters", Json.plain(parameters));
    if (f.has("strict")) {
      function.put("strict", f.bool("strict", false));
    }
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("type", "function");
    out.put("function", function);
    return out;
  }
}
