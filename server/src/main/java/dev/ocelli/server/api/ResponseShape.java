package dev.ocelli.server.api;

import dev.ocelli.engine.chat.Message;
import dev.ocelli.engine.runtime.Reply;
import dev.ocelli.engine.sampling.Sampling;
import dev.ocelli.engine.tokenizer.Vocabulary;
import dev.ocelli.server.wire.Fields;
import dev.ocelli.server.wire.Json;
import dev.ocelli.server.work.Outcome;
import dev.ocelli.server.work.Planned;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** How a response looks: the same at its beginning, at its end and in events. */
final class ResponseShape {
  /** The part of a response's id that its items share. */
  private final String key;

  private final long created = Instant.now().getEpochSecond();
  private final Fields request;
  private final ServedModel model;
  private final Planned planned;
  private final Audit audit;
  private final GroundingField grounding;

  /**
   * For one request.
   *
   * @param key 32 characters that no other request has
   */
  ResponseShape(String key, Fields request, ServedModel model, Planned planned) {
    this.key = key;
    this.request = request;
    this.model = model;
    this.planned = planned;
    this.audit = Audit.read(request);
    this.grounding = GroundingField.read(request);
  }

  String id() {
    return "resp_" + key;
  }

  /** A response that is not complete: no output, no usage. */
  ObjectNode unfinished() {
    ObjectNode out = begin("in_progress");
    out.putArray("output");
    settings(out);
    out.putNull("usage");
    return out;
  }

  /** A response that could not be completed. */
  ObjectNode failed(String code, String message) {
    ObjectNode out = unfinished();
    out.put("status", "failed");
    out.putObject("error").put("code", code).put("message", message);
    return out;
  }

  /** A complete response that was not streamed. */
  ObjectNode finished(Outcome outcome) {
    Reply r = outcome.reply();
    ArrayNode output = Json.array();
    if (r.reasoning() != null) {
      output.add(reasoning(r.reasoning(), status(r)));
    }
    if (!r.text().isEmpty() || r.toolCalls().isEmpty()) {
      List<Reply.Token> answer = r.tokens().subList(outcome.reasoningTokens(), r.tokens().size());
      output.add(message(0, r.text(), answer, status(r)));
    }
    for (int i = 0; i < r.toolCalls().size(); i++) {
      Message.ToolCall call = r.toolCalls().get(i);
      output.add(call(i, call.name(), String.valueOf(call.arguments()), "completed"));
    }
    return finished(outcome, output);
  }

  /** A complete response of these items. */
  ObjectNode finished(Outcome outcome, ArrayNode output) {
    Reply r = outcome.reply();
    ObjectNode out = begin(status(r));
    out.put("completed_at", Instant.now().getEpochSecond());
    String reason = unfinishedBecause(r);
    if (reason != null) {
      out.putObject("incomplete_details").put("reason", reason);
    }
    out.set("output", output);
    settings(out);
    ObjectNode usage = out.putObject("usage");
    usage.put("input_tokens", r.promptTokens());
    usage.putObject("input_tokens_details").put("cached_tokens", r.reusedTokens());
    usage.put("output_tokens", r.tokens().size());
    usage.putObject("output_tokens_details").put("reasoning_tokens", outcome.reasoningTokens());
    usage.put("total_tokens", r.promptTokens() + r.tokens().size());
    out.set("timings", ReplyJson.timings(List.of(outcome)));
    ReplyJson.history(out, outcome);
    if (!r.media().isEmpty()) {
      out.set("media", ReplyJson.media(r));
    }
    audit.add(out, model, planned, outcome);
    grounding.add(out, planned, outcome);
    return out;
  }

  private ObjectNode begin(String status) {
    ObjectNode out = Json.object();
    out.put("id", id());
    out.put("object", "response");
    out.put("created_at", created);
    out.put("status", status);
    out.putNull("error");
    out.putNull("incomplete_details");
    out.put("model", model.name());
    return out;
  }

  /** What the request said, or what counts where it said nothing. */
  private void settings(ObjectNode out) {
    Sampling sampling = planned.request().sampling();
    out.put("background", false);
    echo(out, "instructions", null);
    echo(out, "max_output_tokens", null);
    echo(out, "metadata", Json.object());
    out.put("parallel_tool_calls", request.bool("parallel_tool_calls", true));
    echo(out, "previous_response_id", null);
    echo(out, "reasoning", Json.object().putNull("effort").putNull("summary"));
    out.put("service_tier", "default");
    out.put("store", request.bool("store", true));
    out.put("temperature", sampling.temperature());
    ObjectNode text = Json.object();
    text.putObject("format").put("type", "text");
    echo(out, "text", text);
    echo(out, "tool_choice", Json.tree("auto"));
    echo(out, "tools", Json.array());
    out.put("top_logprobs", Math.max(0, planned.request().topLogprobs()));
    out.put("top_p", sampling.topP());
    echo(out, "truncation", Json.tree("disabled"));
    echo(out, "user", null);
  }

  private void echo(ObjectNode out, String field, @Nullable JsonNode otherwise) {
    JsonNode said = request.node(field);
    JsonNode value = said == null ? otherwise : said;
    if (value == null) {
      out.putNull(field);
    } else {
      out.set(field, value);
    }
  }

  static String status(Reply r) {
    return unfinishedBecause(r) == null ? "completed" : "incomplete";
  }

  private static @Nullable String unfinishedBecause(Reply r) {
    return switch (r.finish()) {
      case STOP -> null;
      case LENGTH, CONTEXT -> "max_output_tokens";
      case REPETITION -> "repetition";
      case CANCELLED -> throw new IllegalStateException("nobody reads a cancelled reply");
    };
  }

  String reasoningId() {
    return "rs_" + key;
  }

  /** A reply may have several messages, with calls between them. */
  String messageId(int index) {
    return index == 0 ? "msg_" + key : "msg_%s_%d".formatted(key, index);
  }

  String callItemId(int index) {
    return "fc_%s_%d".formatted(key, index);
  }

  /** Whether whatever begins as a call is one, unless the reply ends within it. */
  boolean callsAreSure() {
    return planned.request().callsAreSure();
  }

  /** What the model thought; null for an item that has just begun. */
  ObjectNode reasoning(@Nullable String text, String status) {
    ObjectNode out = Json.object();
    out.put("id", reasoningId());
    out.put("type", "reasoning");
    out.put("status", status);
    out.putArray("summary");
    ArrayNode content = out.putArray("content");
    if (text != null) {
      content.add(reasoningPart(text));
    }
    return out;
  }

  static ObjectNode reasoningPart(String text) {
    return Json.object().put("type", "reasoning_text").put("text", text);
  }

  /** A message that has just begun. */
  ObjectNode message(int index) {
    ObjectNode out = Json.object();
    out.put("id", messageId(index));
    out.put("type", "message");
    out.put("status", "in_progress");
    out.put("role", "assistant");
    out.putArray("content");
    return out;
  }

  /** What the model answered. */
  ObjectNode message(int index, String text, List<Reply.Token> tokens, String status) {
    ObjectNode out = message(index);
    out.put("status", status);
    ((ArrayNode) out.path("content")).add(textPart(text, tokens));
    return out;
  }

  /**
   * A call of a function.
   *
   * @param arguments JSON, or its beginning
   */
  ObjectNode call(int index, String function, String arguments, String status) {
    ObjectNode out = Json.object();
    out.put("id", callItemId(index));
    out.put("type", "function_call");
    out.put("status", status);
    out.put("call_id", "call_%s_%d".formatted(key, index));
    out.put("name", function);
    out.put("arguments", arguments);
    return out;
  }

  ObjectNode textPart(String text, List<Reply.Token> tokens) {
    ObjectNode out = Json.object();
    out.put("type", "output_text");
    out.put("text", text);
    out.putArray("annotations");
    out.set("logprobs", logprobs(tokens));
    return out;
  }

  /** Empty unless they were asked for. */
  ArrayNode logprobs(List<Reply.Token> tokens) {
    Vocabulary vocabulary = model.engine().tokenizer().vocabulary();
    return ReplyJson.logprobs(tokens, vocabulary);
  }
}
