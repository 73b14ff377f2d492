package dev.ocelli.engine.record;

import dev.ocelli.engine.grammar.Constraint;
import dev.ocelli.engine.grammar.ToolChoice;
import dev.ocelli.engine.runtime.Control;
import dev.ocelli.engine.runtime.Request;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What a reply had to look like and when it was to end, in a record. */
final class FormJson {
  private FormJson() {}

  /**
   * What is read again.
   *
   * @param tools that the reply could call
   * @param control of the reply; the prompt has been made, so what it says of thinking is over
   */
  record Form(List<Map<String, Object>> tools, Control control) {}

  static void write(ObjectNode out, Request request) {
    Control c = request.control();
    ObjectNode constraint = out.putObject("constraint");
    switch (c.constraint()) {
      case Constraint.None n -> constraint.put("type", "none");
      case Constraint.Gbnf g -> constraint.put("type", "gbnf").put("text", g.text());
      case Constraint.JsonSchema s -> constraint.put("type", "json_schema").put("text", s.schema());
      case Constraint.JsonObject o -> constraint.put("type", "json_object");
      case Constraint.Regex r -> constraint.put("type", "regex").put("text", r.pattern());
      case Constraint.Choices choices -> {
        ArrayNode texts = constraint.put("type", "choices").putArray("texts");
        choices.texts().forEach(texts::add);
      }
    }
    if (!request.tools().isEmpty()) {
      out.set("tools", RecordWriter.MAPPER.valueToTree(request.tools()));
    }
    switch (c.toolChoice()) {
      case ToolChoice.Auto a -> out.put("tool_choice", "auto");
      case ToolChoice.None n -> out.put("tool_choice", "none");
      case ToolChoice.Required r -> out.put("tool_choice", "required");
      case ToolChoice.Named n -> out.put("tool_choice", "function").put("function", n.function());
    }
    out.put("parallel_tool_calls", c.parallelCalls());
    out.put("reasoning_budget", c.reasoningBudget());
    out.put("loop_guard", c.loopGuard());
  }

  static Form read(RecordFields f) {
    RecordFields c = f.object("constraint");
    Constraint constraint =
        switch (c.text("type")) {
          case "none" -> Constraint.None.INSTANCE;
          case "gbnf" -> new Constraint.Gbnf(c.text("text"));
          case "json_schema" -> new Constraint.JsonSchema(c.text("text"));
          case "json_object" -> new Constraint.JsonObject();
          case "regex" -> new Constraint.Regex(c.text("text"));
          case "choices" -> new Constraint.Choices(c.texts("texts"));
          default -> throw c.error("type", "is not known");
        };
    ToolChoice choice =
        switch (f.text("tool_choice")) {
          case "auto" -> ToolChoice.AUTO;
          case "none" -> new ToolChoice.None();
          case "required" -> new ToolChoice.Required();
          case "function" -> new ToolChoice.Named(f.text("function"));
          default -> throw f.error("tool_choice", "is not known");
        };
    List<Map<String, Object>> tools = f.has("tools") ? f.maps("tools") : List.of();
    Control control =
        f.checked(() ->
            new Control(
                constraint,
                choice,
                f.bool("parallel_tool_calls"),
                Control.Thinking.AUTO,
                f.integer("reasoning_budget"),
                f.bool("loop_guard"),
                // What is continued is in the tokens of the prompt.
                false));
    return new Form(tools, control);
  }
}
