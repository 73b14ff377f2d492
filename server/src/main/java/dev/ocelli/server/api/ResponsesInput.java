package dev.ocelli.server.api;

import dev.ocelli.engine.chat.Content;
import dev.ocelli.engine.chat.Message;
import dev.ocelli.server.wire.ApiError;
import dev.ocelli.server.wire.Fields;
import dev.ocelli.server.wire.Schema;
import dev.ocelli.server.wire.Schema.Type;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * Reads the input of a response: a text, or items. What an assistant thought, said and called are
 * items of their own there, and one message here.
 */
final class ResponsesInput {
  private static final Schema MESSAGE =
      Schema.named("a message item")
          .field("type", Type.STRING, "message.")
          .field("role", Type.STRING, "user, assistant, system or developer.")
          .field("content", Type.ANY, "A text, or an array of parts.")
          .ignored("id", "status", "phase");

  private static final Schema REASONING =
      Schema.named("a reasoning item")
          .field("type", Type.STRING, "reasoning.")
          .field("content", Type.ARRAY, "Parts of type reasoning_text.")
          .ignored("id", "status", "summary", "encrypted_content");

  private static final Schema REASONING_TEXT =
      Schema.named("a reasoning_text part")
          .field("type", Type.STRING, "reasoning_text.")
          .field("text", Type.STRING, "What the assistant thought.");

  private static final Schema CALL =
      Schema.named("a function_call item")
          .field("type", Type.STRING, "function_call.")
          .field("name", Type.STRING, "The function.")
          .field("arguments", Type.STRING, "JSON as text.")
          .ignored("id", "call_id", "status");

  private static final Schema OUTPUT =
      Schema.named("a function_call_output item")
          .field("type", Type.STRING, "function_call_output.")
          .field("output", Type.ANY, "A text, or an array of parts.")
          .ignored("id", "call_id", "status");

  private final OpenAiMessages reader;
  private final StringBuilder thoughts = new StringBuilder();
  private final List<Content> said = new ArrayList<>();
  private final List<Message.ToolCall> calls = new ArrayList<>();

  private ResponsesInput(OpenAiMessages reader) {
    this.reader = reader;
  }

  /**
   * Reads {@code input} and gets its pictures.
   *
   * @throws ApiError 400 that names item and part by their index
   */
  static OpenAiMessages.Read read(Fields request, MediaParts parts) {
    JsonNode input = request.require("input");
    ResponsesInput items = new ResponsesInput(new OpenAiMessages(parts));
    if (input.isString()) {
      items.reader.add(Message.of("user", input.stringValue()));
    } else if (!input.isArray()) {
      throw request.error("input", "must be a string or an array of items");
    } else if (input.isEmpty()) {
      throw request.error("input", "is empty; give at least one message of role 'user'");
    } else {
      int i = 0;
      for (JsonNode item : input) {
        items.item(item, "input[%d]".formatted(i++));
      }
    }
    items.flush();
    return items.reader.read();
  }

  private void item(JsonNode item, String where) {
    boolean plain = item.has("role") && !item.has("type");
    String type = plain ? "message" : item.path("type").asString("");
    switch (type) {
      case "message" -> message(MESSAGE.read(item, where));
      case "reasoning" -> reasoning(REASONING.read(item, where));
      case "function_call" -> {
        Fields f = CALL.read(item, where);
        calls.add(new Message.ToolCall(f.requireString("name"), f.requireString("arguments")));
      }
      case "function_call_output" -> {
        flush();
        Fields f = OUTPUT.read(item, where);
        List<Content> output = reader.content(f.require("output"), f.path("output"), "tool");
        reader.add(new Message("tool", output, null, List.of()));
      }
      case "" -> throw ApiError.field(where + ".type", "is missing");
      default ->
          throw ApiError.field(
              where + ".type",
              "is '%s'; items are message, reasoning, function_call and function_call_output"
                  .formatted(type));
    }
  }

  private void message(Fields m) {
    String role = m.requireString("role");
    JsonNode content = m.require("content");
    String where = m.path("content");
    switch (role) {
      case "assistant" -> {
        if (!said.isEmpty() || !calls.isEmpty()) {
          flush();
        }
        said.addAll(reader.content(content, where, role));
      }
      case "user" -> other(role, content, where);
      case "system", "developer" -> other("system", content, where);
      default ->
          throw m.error(
              "role", "is '%s'; roles are user, assistant, system and developer".formatted(role));
    }
  }

  private void other(String role, JsonNode content, String where) {
    flush();
    reader.add(new Message(role, reader.content(content, where, role), null, List.of()));
  }

  private void reasoning(Fields f) {
    if (!said.isEmpty() || !calls.isEmpty()) {
      flush();
    }
    JsonNode parts = f.node("content");
    if (parts != null) {
      int i = 0;
      for (JsonNode part : parts) {
        Fields text = REASONING_TEXT.read(part, f.path("content[%d]".formatted(i++)));
        thoughts.append(text.requireString("text"));
      }
    }
  }

  /** Ends the assistant's message, if one has begun. */
  private void flush() {
    if (!thoughts.isEmpty() || !said.isEmpty() || !calls.isEmpty()) {
      reader.add(
          new Message(
              "assistant",
              List.copyOf(said),
              thoughts.isEmpty() ? null : thoughts.toString(),
              List.copyOf(calls)));
    }
    thoughts.setLength(0);
    said.clear();
    calls.clear();
  }
}
