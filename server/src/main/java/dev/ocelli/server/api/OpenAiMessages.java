package dev.ocelli.server.api;

import dev.ocelli.engine.chat.Content;
import dev.ocelli.engine.chat.Message;
import dev.ocelli.server.wire.ApiError;
import dev.ocelli.server.wire.Fields;
import dev.ocelli.server.wire.Json;
import dev.ocelli.server.wire.Schema;
import dev.ocelli.server.wire.Schema.Type;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Reads the messages of a chat completion. */
final class OpenAiMessages {
  /** A message. */
  static final Schema MESSAGE =
      Schema.named("a message")
          .field("role", Type.STRING, "system, developer, user, assistant or tool.")
          .field("content", Type.ANY, "A text, or an array of parts.")
          .field("reasoning_content", Type.STRING, "What the assistant thought.")
          .field("tool_calls", Type.ARRAY, "Calls that the assistant made.")
          .field("refusal", Type.STRING, "Taken as content.")
          .field("function_call", Type.OBJECT, "Not supported; use tool_calls.")
          .field("tool_call_id", Type.STRING, "The call whose result this is.")
          .ignored("name", "annotations", "audio", "id", "cache_control", "parsed");

  private static final Schema TEXT =
      Schema.named("a text part")
          .field("type", Type.STRING, "text.")
          .field("text", Type.STRING, "Words.")
          .ignored("cache_control", "annotations", "logprobs", "parsed");

  private static final Schema REFUSAL =
      Schema.named("a refusal part")
          .field("type", Type.STRING, "refusal.")
          .field("refusal", Type.STRING, "Words.");

  static final Schema INPUT_IMAGE =
      Schema.named("an input_image part")
          .with(MediaParts.PICTURE)
          .field("file_id", Type.STRING, "A file of /v1/files in its place.");

  private static final Schema CALL =
      Schema.named("a tool call")
          .field("type", Type.STRING, "function.")
          .field("id", Type.STRING, "What its result names it by.")
          .field("function", Type.OBJECT, "name and arguments.")
          .ignored("index");

  private static final Schema FUNCTION =
      Schema.named("function")
          .field("name", Type.STRING, "The function.")
          .field("arguments", Type.ANY, "JSON as text, or an object.")
          .ignored("parsed_arguments");

  private final Conversation.Builder conversation;

  /** A reader of what one conversation consists of. */
  OpenAiMessages(Conversation.Builder conversation) {
    this.conversation = conversation;
  }

  /**
   * Reads all messages and gets their pictures.
   *
   * @throws ApiError 400 that names message and part by their index
   */
  static Conversation read(Fields request, MediaParts parts) {
    JsonNode list = request.require("messages");
    if (list.isEmpty()) {
      throw request.error("messages", "is empty; give at least one message of role 'user'");
    }
    OpenAiMessages reader = new OpenAiMessages(new Conversation.Builder(parts));
    int i = 0;
    for (JsonNode message : list) {
      reader.message(MESSAGE.read(message, "messages[%d]".formatted(i++)));
    }
    return reader.conversation.build();
  }

  private void message(Fields m) {
    String role = m.requireString("role");
    switch (role) {
      case "system", "user", "assistant", "tool" -> {}
      case "developer" -> role = "system";
      default ->
          throw m.error(
              "role",
              "is '%s'; roles are system, developer, user, assistant and tool".formatted(role));
    }
    if (m.has("function_call")) {
      throw m.error("function_call", "is not supported; use tool_calls");
    }
    List<Conversation.Call> calls = calls(m);
    if (!calls.isEmpty() && !role.equals("assistant")) {
      throw m.error("tool_calls", "can stand in messages of the role assistant, not " + role);
    }
    List<Content> content = content(m, role, !calls.isEmpty());
    switch (role) {
      case "assistant" -> conversation.assistant(content, m.string("reasoning_content"), calls);
      case "tool" -> conversation.result(m.string("tool_call_id"), content);
      default -> conversation.add(role, content);
    }
  }

  private List<Content> content(Fields m, String role, boolean mayBeEmpty) {
    List<Content> out = new ArrayList<>();
    JsonNode content = m.node("content");
    String refusal = m.string("refusal");
    if (content == null && refusal != null) {
      out.add(new Content.Text(refusal));
    } else if (content == null) {
      if (!mayBeEmpty && !role.equals("assistant")) {
        throw m.error("content", "is missing");
      }
    } else {
      out.addAll(content(content, m.path("content"), role));
    }
    return out;
  }

  /** A text, or an array of parts. */
  List<Content> content(JsonNode content, String where, String role) {
    if (content.isString()) {
      return List.of(new Content.Text(content.stringValue()));
    }
    if (!content.isArray()) {
      throw ApiError.field(where, "must be a string or an array of parts");
    }
    List<Content> out = new ArrayList<>();
    int index = 0;
    for (JsonNode part : content) {
      out.addAll(part(part, "%s[%d]".formatted(where, index++), role));
    }
    return out;
  }

  private List<Content> part(JsonNode part, String where, String role) {
    String type =
        part.isObject() && part.path("type").isString() ? part.path("type").stringValue() : "";
    return switch (type) {
      case "text", "input_text", "output_text" ->
          List.of(new Content.Text(TEXT.read(part, where).requireString("text")));
      case "refusal" ->
          List.of(new Content.Text(REFUSAL.read(part, where).requireString("refusal")));
      case "image_url", "image" -> {
        requireMediaRole(role, where);
        yield conversation.places(
            conversation.parts().pictures(MediaParts.PICTURE.read(part, where)));
      }
      case "input_image" -> {
        requireMediaRole(role, where);
        Fields image = INPUT_IMAGE.read(part, where);
        MediaParts parts = conversation.parts();
        yield conversation.places(
            image.has("file_id") ? parts.keptPicture(image) : parts.pictures(image));
      }
      case "file", "input_file" -> {
        requireMediaRole(role, where);
        yield conversation.places(conversation.parts().file(MediaParts.FILE.read(part, where)));
      }
      case "video_url", "video" -> {
        requireMediaRole(role, where);
        yield List.of(
            conversation.place(conversation.parts().clip(MediaParts.CLIP.read(part, where))));
      }
      case "" -> throw ApiError.field(where + ".type", "is missing");
      default ->
          throw ApiError.field(
              where + ".type",
              "is '%s'; parts are text, image_url, image, file, video and video_url, or input_text, input_image and input_file"
                  .formatted(type));
    };
  }

  private static void requireMediaRole(String role, String where) {
    if (role.equals("system") || role.equals("assistant")) {
      throw ApiError.field(
          where, "pictures and clips can stand in messages of the role user or tool, not " + role);
    }
  }

  private static List<Conversation.Call> calls(Fields m) {
    List<Conversation.Call> out = new ArrayList<>();
    JsonNode list = m.node("tool_calls");
    if (list != null) {
      int i = 0;
      for (JsonNode call : list) {
        Fields c = CALL.read(call, m.path("tool_calls[%d]".formatted(i++)));
        Fields f = FUNCTION.read(c.require("function"), c.path("function"));
        JsonNode arguments = f.require("arguments");
        out.add(
            new Conversation.Call(
                c.string("id", ""),
                new Message.ToolCall(f.requireString("name"), arguments(arguments))));
      }
    }
    return out;
  }

  /** Some clients write no arguments as no text. */
  private static Object arguments(JsonNode node) {
    if (!node.isString()) {
      return Json.plain(node);
    }
    return node.stringValue().isBlank() ? "{}" : node.stringValue();
  }
}
