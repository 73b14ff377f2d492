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
          .field("call_id", Type.STRING, "What its output names it by.")
          .field("name", Type.STRING, "The function.")
          .field("arguments", Type.STRING, "JSON as text.")
          .ignored("id", "status", "namespace", "caller", "parsed_arguments");

  private static final Schema OUTPUT =
      Schema.named("a function_call_output item")
          .field("type", Type.STRING, "function_call_output.")
          .field("call_id", Type.STRING, "The call whose output this is.")
          .field("output", Type.ANY, "A text, or an array of parts.")
          .ignored("id", "status", "caller");

  private final Conversation.Builder conversation;
  private final OpenAiMessages reader;
  private final StringBuilder thoughts = new StringBuilder();
  private final List<Content> said = new ArrayList<>();
  private final List<Conversation.Call> calls = new ArrayList<>();

  private ResponsesInput(Conversation.Builder conversation) {
    this.conversation = conversation;
    this.reader = new OpenAiMessages(conversation);
  }

  /**
   * Reads {@code input}, gets its pictures, and adds it to a conversation.
   *
   * @throws ApiError 400 that names item and part by their index
   */
  static void read(Fields request, Conversation.Builder conversation) {
    JsonNode input = request.require("input");
    ResponsesInput items = new ResponsesInput(conversation);
    if (input.isString()) {
      conversation.add("user", List.of(new Content.Text(input.stringValue())));
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
  }

  private void item(JsonNode item, String where) {
    boolean plain = item.has("role") && !item.has("type");
    String type = plain ? "message" : item.path("type").asString("");
    switch (type) {
      case "message" -> message(MESSAGE.read(item, where));
      case "reasoning" -> reasoning(REASONING.read(item, where));
      case "function_call" -> {
        Fields f = CALL.read(item, where);
        calls.add(
            new Conversation.Call(
                f.string("call_id", ""),
                new Message.ToolCall(f.requireString("name"), f.requireString("arguments"))));
      }
      case "function_call_output" -> {
        flush();
        Fields f = OUTPUT.read(item, where);
        conversation.result(
            f.string("call_id"), reader.content(f.require("output"), f.path("output"), "tool"));
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
    conversation.add(role, reader.content(content, where, role));
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
      conversation.assistant(said, thoughts.isEmpty() ? null : thoughts.toString(), calls);
    }
    thoughts.setLength(0);
    said.clear();
    calls.clear();
  }
}
