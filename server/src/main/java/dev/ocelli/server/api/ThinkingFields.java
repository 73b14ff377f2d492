package dev.ocelli.server.api;

import dev.ocelli.engine.runtime.Control;
import dev.ocelli.engine.runtime.Control.Thinking;
import dev.ocelli.server.wire.ApiError;
import dev.ocelli.server.wire.Fields;
import dev.ocelli.server.wire.Schema;
import dev.ocelli.server.wire.Schema.Type;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Whether and for how long the model reasons, by the names of OpenAI, llama.cpp and vLLM. */
final class ThinkingFields {
  /** The fields. */
  static final Schema SCHEMA =
      Schema.named("thinking")
          .field("chat_template_kwargs", Type.OBJECT, "enable_thinking: reasoning on or off.")
          .field(
              "reasoning_effort",
              Type.STRING,
              "none switches reasoning off; with other values the model does what it does.")
          .field(
              "thinking_budget_tokens",
              Type.INTEGER,
              "Tokens after which the reasoning is closed; 0 for none, -1 for no limit.")
          .field("reasoning_budget", Type.INTEGER, "The same as thinking_budget_tokens.");

  /** How reasoning is shown. */
  static final Schema FORMAT =
      Schema.named("reasoning")
          .field(
              "reasoning_format",
              Type.STRING,
              "auto and deepseek: in reasoning_content; none: in the content, between <think> and </think>.");

  private static final Schema KWARGS =
      Schema.named("chat_template_kwargs")
          .field("enable_thinking", Type.BOOLEAN, "Reasoning on or off.");

  private static final List<String> EFFORTS =
      List.of("none", "minimal", "low", "medium", "high", "xhigh");

  private ThinkingFields() {}

  /**
   * The form with the reasoning that the request asks for.
   *
   * @throws ApiError 400 when fields contradict each other or have wrong values
   */
  static Form form(Fields f, Form form) {
    Control control = form.control().withThinking(thinking(f), budget(f));
    return new Form(control, form.constraintField());
  }

  private static Thinking thinking(Fields f) {
    JsonNode kwargs = f.node("chat_template_kwargs");
    Fields k = kwargs == null ? null : KWARGS.read(kwargs, "chat_template_kwargs");
    Thinking thinking = Thinking.AUTO;
    if (k != null && k.has("enable_thinking")) {
      thinking = k.bool("enable_thinking", true) ? Thinking.ON : Thinking.OFF;
    }
    if (!noEffort(f, "reasoning_effort")) {
      return thinking;
    }
    if (thinking == Thinking.ON) {
      throw f.error("reasoning_effort", "is none, but chat_template_kwargs asks for reasoning");
    }
    return Thinking.OFF;
  }

  /**
   * Whether a level of effort is none; others change nothing.
   *
   * @throws ApiError 400 when there is no such level
   */
  static boolean noEffort(Fields f, String field) {
    String effort = f.string(field);
    if (effort != null && !EFFORTS.contains(effort)) {
      throw f.error(field, "is '%s'; use one of %s".formatted(effort, String.join(", ", EFFORTS)));
    }
    return effort != null && effort.equals("none");
  }

  private static int budget(Fields f) {
    @Nullable Integer a = budget(f, "thinking_budget_tokens");
    @Nullable Integer b = budget(f, "reasoning_budget");
    if (a != null && b != null && !a.equals(b)) {
      throw f.error(
          "reasoning_budget",
          "is %d, but thinking_budget_tokens, which means the same, is %d".formatted(b, a));
    }
    return a != null ? a : b != null ? b : Control.UNLIMITED;
  }

  private static @Nullable Integer budget(Fields f, String field) {
    return f.has(field)
        ? f.integer(field, Control.UNLIMITED, Control.UNLIMITED, Integer.MAX_VALUE)
        : null;
  }

  /** Whether reasoning is told apart from the content. */
  static boolean apart(Fields f) {
    String format = f.string("reasoning_format", "auto");
    return switch (format) {
      case "auto", "deepseek" -> true;
      case "none" -> false;
      default ->
          throw f.error(
              "reasoning_format", "is '%s'; use auto, deepseek or none".formatted(format));
    };
  }
}
