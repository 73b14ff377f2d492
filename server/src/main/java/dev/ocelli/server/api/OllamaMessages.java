package dev.ocelli.server.api;

import dev.ocelli.engine.chat.Content;
import dev.ocelli.engine.chat.Message;
import dev.ocelli.engine.runtime.Media;
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
          .ignored("tool_name", "tool_call_id", "name");

  private static final Schema CALL =
      Schema.named("a tool call")
          .field("function", Type.OBJECT, "name and arguments.")
          .ignored("id", "type");

  private static final Schema FUNCTION =
      Schema.named("function")
          .field("name", Type.STRING, "The function.")
          .field("arguments", Type.OBJECT, "Its arguments.")
          .ignored("index", "description");

  private final MediaParts parts;
  private final List<Message> messages = new ArrayList<>();
  private final List<Media> media = new ArrayList<>();

  private OllamaMessages(MediaParts parts) {
    this.parts = parts;
  }

  /** Reads {@code messages} and decodes nothing yet. */
  static OpenAiMessages.Read conversation(JsonNode list, MediaParts parts) {
    OllamaMessages reader = new OllamaMessages(parts);
    int i = 0;
    for (JsonNode message : list) {
      reader.message(MESSAGE.read(message, "messages[%d]".formatted(i++)));
    }
    return reader.read();
  }

  /** A prompt with pictures, and instructions before it. */
  static OpenAiMessages.Read prompt(
      @Nullable String system, String prompt, Fields request, MediaParts parts) {
    OllamaMessages reader = new OllamaMessages(parts);
    if (system != null && !system.isEmpty()) {
      reader.messages.add(Message.of("system", system));
    }
    reader.messages.add(Message.user(reader.content(request, prompt)));
    return reader.read();
  }

  private OpenAiMessages.Read read() {
    return new OpenAiMessages.Read(List.copyOf(messages), List.copyOf(media));
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
    List<Message.ToolCall> calls = calls(m);
    List<Content> content = content(m, m.string("content", ""));
    messages.add(new Message(role, content, m.string("thinking"), calls));
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
      media.add(parts.base64(image.stringValue(), where));
      out.add(new Content.Image());
    }
    out.add(new Content.Text(text));
    return out;
  }

  private static List<Message.ToolCall> calls(Fields m) {
    List<Message.ToolCall> out = new ArrayList<>();
    JsonNode list = m.node("tool_calls");
    if (list != null) {
      for (JsonNode call : list) {
        Fields c = CALL.read(call, m.path("tool_calls[%d]".formatted(out.size())));
        Fields f = FUNCTION.read(c.require("function"), c.path("function"));
        out.add(new Message.ToolCall(f.requireString("name"), Json.plain(f.require("arguments"))));
      }
    }
    return out;
  }
}
