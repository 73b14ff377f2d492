package dev.ocelli.server.api;

import dev.ocelli.engine.grammar.Constraint;
import dev.ocelli.engine.grammar.ToolChoice;
import dev.ocelli.server.wire.ApiError;
import dev.ocelli.server.wire.Fields;
import dev.ocelli.server.wire.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * What the APIs have in common about functions that the model may call: their descriptions in the
 * form in which chat templates want them, that of OpenAI's chat, and whether they are called.
 */
final class FunctionTools {
  private FunctionTools() {}

  /**
   * What a request says about calls.
   *
   * @param parallel whether a reply may have several
   */
  record Calls(ToolChoice choice, boolean parallel) {}

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

  /** A choice that is a word. */
  static ToolChoice choice(Fields f, String word) {
    return switch (word) {
      case "auto" -> ToolChoice.AUTO;
      case "none" -> new ToolChoice.None();
      case "required" -> new ToolChoice.Required();
      default ->
          throw f.error(
              "tool_choice", "is '%s'; use auto, none, required or a function".formatted(word));
    };
  }

  /**
   * The form with the calls that the request allows.
   *
   * @throws ApiError 400 when calls are asked for that there cannot be
   */
  static Form form(Fields f, Calls calls, List<Map<String, Object>> tools, Form form) {
    ToolChoice choice = calls.choice();
    boolean must = choice instanceof ToolChoice.Required || choice instanceof ToolChoice.Named;
    if (must && tools.isEmpty()) {
      throw f.error("tool_choice", "asks for a call, but there are no tools; give some");
    }
    if (must && !(form.control().constraint() instanceof Constraint.None)) {
      throw f.error(
          "tool_choice",
          "asks for a call, and %s for a reply of another form; drop one of them"
              .formatted(form.constraintField()));
    }
    List<String> names = tools.stream().map(FunctionTools::name).toList();
    if (choice instanceof ToolChoice.Named n && !names.contains(n.function())) {
      throw f.error(
          "tool_choice",
          "names '%s', which is not among the tools; they are %s".formatted(n.function(), names));
    }
    return new Form(form.control().withTools(choice, calls.parallel()), form.constraintField());
  }

  private static String name(Map<String, Object> tool) {
    return ((Map<?, ?>) tool.getOrDefault("function", Map.of())).get("name") instanceof String s
        ? s
        : "";
  }
}
