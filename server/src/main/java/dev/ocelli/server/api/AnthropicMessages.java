package dev.ocelli.server.api;

import dev.ocelli.engine.chat.Content;
import dev.ocelli.engine.chat.Message;
import dev.ocelli.engine.runtime.Media;
import dev.ocelli.server.media.MediaLoader;
import dev.ocelli.server.wire.ApiError;
import dev.ocelli.server.wire.Fields;
import dev.ocelli.server.wire.Json;
import dev.ocelli.server.wire.Schema;
import dev.ocelli.server.wire.Schema.Type;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Reads a conversation as Anthropic's API has it. */
final class AnthropicMessages {
  private static final Schema MESSAGE =
      Schema.named("a message")
          .field("role", Type.STRING, "user or assistant.")
          .field("content", Type.ANY, "A text, or an array of blocks.");

  private static final Schema TEXT =
      Schema.named("a text block")
          .field("type", Type.STRING, "text.")
          .field("text", Type.STRING, "Words.")
          .ignored("cache_control", "citations");

  static final Schema IMAGE =
      Schema.named("an image block")
          .field("type", Type.STRING, "image.")
          .field(
              "source",
              Type.OBJECT,
              "base64 with media_type and data, url with url, or file with file_id.")
          .ignored("cache_control");

  static final Schema DOCUMENT =
      Schema.named("a document block")
          .field("type", Type.STRING, "document.")
          .field(
              "source",
              Type.OBJECT,
              "base64 with media_type and data, url with url, file with file_id, or text.")
          .field("title", Type.STRING, "Written before it.")
          .field("context", Type.STRING, "Written before it.")
          .field("pages", Type.STRING, "Pages, such as 1-5,9. Default: all.")
          .field("password", Type.STRING, "Of an encrypted document.")
          .with(MediaParts.PDF_TEXT)
          .ignored("cache_control", "citations");

  private static final Schema PLAIN_TEXT =
      Schema.named("a text source")
          .field("type", Type.STRING, "text.")
          .field("media_type", Type.STRING, "Not looked at.")
          .field("data", Type.STRING, "Words.");

  private static final Schema BASE64 =
      Schema.named("a base64 source")
          .field("type", Type.STRING, "base64.")
          .field("media_type", Type.STRING, "Not looked at: the picture itself tells.")
          .field("data", Type.STRING, "The file of the picture or document.");

  private static final Schema KEPT =
      Schema.named("a file source")
          .field("type", Type.STRING, "file.")
          .field("file_id", Type.STRING, "A file of /v1/files.");

  private static final Schema URL =
      Schema.named("a url source")
          .field("type", Type.STRING, "url.")
          .field("url", Type.STRING, "A data URL; file:// and http(s):// where allowed.");

  private static final Schema THINKING =
      Schema.named("a thinking block")
          .field("type", Type.STRING, "thinking.")
          .field("thinking", Type.STRING, "What the assistant thought.")
          .ignored("signature");

  private static final Schema TOOL_USE =
      Schema.named("a tool_use block")
          .field("type", Type.STRING, "tool_use.")
          .field("id", Type.STRING, "What its result names it by.")
          .field("name", Type.STRING, "The tool.")
          .field("input", Type.OBJECT, "Its arguments.")
          .ignored("cache_control", "caller");

  private static final Schema TOOL_RESULT =
      Schema.named("a tool_result block")
          .field("type", Type.STRING, "tool_result.")
          .field("tool_use_id", Type.STRING, "The call whose result this is.")
          .field("content", Type.ANY, "A text, or an array of text and image blocks.")
          .ignored("is_error", "cache_control");

  private final Conversation.Builder conversation;

  private AnthropicMessages(Conversation.Builder conversation) {
    this.conversation = conversation;
  }

  /**
   * Reads {@code system} and {@code messages} and gets the pictures. Where the last message is an
   * assistant's, the reply is to continue it.
   *
   * @throws ApiError 400 that names message and block by their index
   */
  static Conversation read(Fields request, MediaParts parts) {
    AnthropicMessages reader = new AnthropicMessages(new Conversation.Builder(parts));
    reader.system(request);
    JsonNode list = request.require("messages");
    if (list.isEmpty()) {
      throw request.error("messages", "is empty; give at least one message of role 'user'");
    }
    int i = 0;
    for (JsonNode message : list) {
      Fields m = MESSAGE.read(message, "messages[%d]".formatted(i++));
      String role = m.requireString("role");
      switch (role) {
        case "user" -> reader.user(m);
        case "assistant" -> reader.assistant(m);
        default ->
            throw m.error(
                "role",
                "is '%s'; roles are user and assistant, and instructions go into 'system'"
                    .formatted(role));
      }
    }
    return reader.conversation.build();
  }

  private void system(Fields request) {
    JsonNode node = request.node("system");
    if (node == null) {
      return;
    }
    List<Content> out = new ArrayList<>();
    for (Block b : blocks(node, request.path("system"))) {
      if (!b.type().equals("text")) {
        throw unknown(b, "instructions are blocks of text");
      }
      out.add(text(b));
    }
    conversation.add("system", out);
  }

  /** Results of tools become messages of their own, as the chat template wants them. */
  private void user(Fields m) {
    List<Content> content = new ArrayList<>();
    List<Block> blocks = blocks(m.require("content"), m.path("content"));
    if (blocks.isEmpty()) {
      throw m.error("content", "is empty");
    }
    for (Block b : blocks) {
      if (!b.type().equals("tool_result")) {
        content.addAll(
            seen(b, "blocks of a user's message are text, image, document and tool_result"));
        continue;
      }
      flush(content);
      toolResult(TOOL_RESULT.read(b.node(), b.where()));
    }
    flush(content);
  }

  private void flush(List<Content> content) {
    if (!content.isEmpty()) {
      conversation.add("user", content);
      content.clear();
    }
  }

  private void toolResult(Fields f) {
    JsonNode node = f.node("content");
    List<Content> out = new ArrayList<>();
    if (node != null) {
      for (Block b : blocks(node, f.path("content"))) {
        out.addAll(seen(b, "blocks of a tool's result are text, image and document"));
      }
    }
    conversation.result(f.string("tool_use_id"), out);
  }

  private void assistant(Fields m) {
    List<Content> content = new ArrayList<>();
    List<Conversation.Call> calls = new ArrayList<>();
    StringBuilder thoughts = new StringBuilder();
    for (Block b : blocks(m.require("content"), m.path("content"))) {
      switch (b.type()) {
        case "text" -> content.add(text(b));
        case "thinking" ->
            thoughts.append(THINKING.read(b.node(), b.where()).requireString("thinking"));
        case "tool_use" -> {
          Fields f = TOOL_USE.read(b.node(), b.where());
          Object input = Json.plain(f.require("input"));
          calls.add(
              new Conversation.Call(
                  f.string("id", ""), new Message.ToolCall(f.requireString("name"), input)));
        }
        default ->
            throw unknown(b, "blocks of an assistant's message are text, thinking and tool_use");
      }
    }
    conversation.assistant(content, thoughts.isEmpty() ? null : thoughts.toString(), calls);
  }

  /** A block and where it stands. */
  private record Block(String type, JsonNode node, String where) {}

  /** A text is a single block. */
  private static List<Block> blocks(JsonNode node, String where) {
    if (node.isString()) {
      JsonNode text = Json.object().put("type", "text").put("text", node.stringValue());
      return List.of(new Block("text", text, where));
    }
    if (!node.isArray()) {
      throw ApiError.field(where, "must be a string or an array of blocks");
    }
    List<Block> out = new ArrayList<>();
    for (JsonNode block : node) {
      String at = "%s[%d]".formatted(where, out.size());
      if (!block.path("type").isString()) {
        throw ApiError.field(at + ".type", "is missing");
      }
      out.add(new Block(block.path("type").stringValue(), block, at));
    }
    return out;
  }

  private static ApiError unknown(Block b, String allowed) {
    return ApiError.field(b.where() + ".type", "is '%s'; %s".formatted(b.type(), allowed));
  }

  private static Content.Text text(Block b) {
    return new Content.Text(TEXT.read(b.node(), b.where()).requireString("text"));
  }

  private List<Content> seen(Block b, String allowed) {
    return switch (b.type()) {
      case "text" -> List.of(text(b));
      case "image" ->
          conversation.places(pictures(IMAGE.read(b.node(), b.where()), MediaLoader.Pages.ALL));
      case "document" -> document(DOCUMENT.read(b.node(), b.where()));
      default -> throw unknown(b, allowed);
    };
  }

  /** Pages of a document with what is said about it, or its words. */
  private List<Content> document(Fields f) {
    List<Content> out = new ArrayList<>();
    for (String about : List.of("title", "context")) {
      if (f.has(about)) {
        out.add(new Content.Text(f.requireString(about)));
      }
    }
    MediaLoader.Pages pages =
        new MediaLoader.Pages(f.string("pages"), f.string("password"), MediaParts.hints(f));
    JsonNode source = f.require("source");
    if (source.path("type").asString("").equals("text")) {
      out.add(new Content.Text(PLAIN_TEXT.read(source, f.path("source")).requireString("data")));
    } else {
      out.addAll(conversation.places(pictures(f, pages)));
    }
    return out;
  }

  private List<Media.Picture> pictures(Fields f, MediaLoader.Pages pages) {
    JsonNode source = f.require("source");
    String where = f.path("source");
    String type = source.path("type").asString("");
    return switch (type) {
      case "base64" -> {
        Fields s = BASE64.read(source, where);
        yield conversation.parts().base64(s.requireString("data"), pages, s.path("data"));
      }
      case "url" -> {
        Fields s = URL.read(source, where);
        yield conversation.parts().url(s.requireString("url"), pages, s.path("url"));
      }
      case "file" -> conversation.parts().kept(KEPT.read(source, where), pages);
      default ->
          throw ApiError.field(where + ".type", "is '%s'; use base64, url or file".formatted(type));
    };
  }
}
