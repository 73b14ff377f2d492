package dev.ocelli.server.api;

import dev.ocelli.engine.chat.Content;
import dev.ocelli.engine.chat.Message;
import dev.ocelli.server.media.MediaLoader;
import dev.ocelli.server.wire.Fields;
import dev.ocelli.server.wire.Json;
import dev.ocelli.server.wire.Schema;
import dev.ocelli.server.wire.Schema.Type;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads conversations and prompts as Ollama's API has them: pictures come before the words. */
final class OllamaMessages {
  private static final Schema MESSAGE =
      Schema.named("a message")
          .field("role", Type.STRING, "system, user, assistant or tool.")
          .field("content", Type.STRING, "Words.")
          .field("images", Type.ARRAY, "Pictures' files in base64.")
          .field("thinking", Type.STRING, "What the assistant thought.")
          .field("tool_calls", Type.ARRAY, "Calls that the assistant made.")
          .field("tool_call_id", Type.STRING, "The call whose result this is.")
          .ignored("tool_name", "name");

  private static final Schema CALL =
      Schema.named("a tool call")
          .field("id", Type.STRING, "What its result names it by.")
          .field("function", Type.OBJECT, "name and arguments.")
          .ignored("type");

  private static final Schema FUNCTION =
      Schema.named("function")
          .field("name", Type.STRING, "The function.")
          .field("arguments", Type.OBJECT, "Its arguments.")
          .ignored("index", "description");

  private final Conversation.Builder conversation;

  private OllamaMessages(Conversation.Builder conversation) {
    this.conversation = conversation;
  }

  /**
   * Reads {@code messages} and decodes nothing yet. Where the last is an assistant's, the reply is
   * to continue it.
   */
  static Conversation conversation(JsonNode list, MediaParts parts) {
    OllamaMessages reader = new OllamaMessages(new Conversation.Builder(parts));
    int i = 0;
    for (JsonNode message : list) {
      reader.message(MESSAGE.read(message, "messages[%d]".formatted(i++)));
    }
    return reader.conversation.build();
  }

  /** A prompt with pictures, and instructions before it. */
  static Conversation prompt(
      @Nullable String system, String prompt, Fields request, MediaParts parts) {
    OllamaMessages reader = new OllamaMessages(new Conversation.Builder(parts));
    if (system != null && !system.isEmpty()) {
      reader.conversation.add("system", List.of(new Content.Text(system)));
    }
    reader.conversation.add("user", reader.content(request, prompt));
    return reader.conversation.build();
  }

  private void message(Fields m) {
    String role = m.requireString("role");
    switch (role) {
      case "user", "tool" -> {}
      case "system", "assistant" -> {
        if (images(m).size() > 0) {
          throw m.error(
              "images", "pictures can stand in messages of the role user or tool, not " + role);
        }
      }
      default ->
          throw m.error(
              "role", "is '%s'; roles are system, user, assistant and tool".formatted(role));
    }
    List<Conversation.Call> calls = calls(m);
    List<Content> content = content(m, m.string("content", ""));
    switch (role) {
      case "assistant" -> conversation.assistant(content, m.string("thinking"), calls);
      case "tool" -> conversation.result(m.string("tool_call_id"), content);
      default -> conversation.add(role, content);
    }
  }

  private static JsonNode images(Fields f) {
    JsonNode images = f.node("images");
    return images == null ? Json.array() : images;
  }

  private List<Content> content(Fields f, String text) {
    List<Content> out = new ArrayList<>();
    for (JsonNode image : images(f)) {
      String where = f.path("images[%d]".formatted(out.size()));
      if (!image.isString()) {
        throw f.error("images[%d]".formatted(out.size()), "must be a picture's file in base64");
      }
      out.addAll(
          conversation.places(
              conversation.parts().base64(image.stringValue(), MediaLoader.Pages.ALL, where)));
    }
    out.add(new Content.Text(text));
    return out;
  }

  private static List<Conversation.Call> calls(Fields m) {
    List<Conversation.Call> out = new ArrayList<>();
    JsonNode list = m.node("tool_calls");
    if (list != null) {
      for (JsonNode call : list) {
        Fields c = CALL.read(call, m.path("tool_calls[%d]".formatted(out.size())));
        Fields f = FUNCTION.read(c.require("function"), c.path("function"));
        Object arguments = Json.plain(f.require("arguments"));
        out.add(
            new Conversation.Call(
                c.string("id", ""), new Message.ToolCall(f.requireString("name"), arguments)));
      }
    }
    return out;
  }
}
