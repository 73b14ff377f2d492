package dev.ocelli.cli.chat;

import dev.ocelli.cli.chat.ChatExchange.Answer;
import dev.ocelli.cli.chat.ChatExchange.Question;
import dev.ocelli.cli.console.InputFiles;
import dev.ocelli.cli.media.MediaList;
import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A chat in a file: the words, and of what was shown the names and hashes. The format is described
 * in docs/chat.md.
 *
 * @param model its name, for whoever reads the file
 * @param system the system message; empty for none
 */
record ChatFile(String model, String system, List<ChatExchange> exchanges) {
  private static final String FORMAT = "ocelli-chat";
  private static final int VERSION = 1;
  private static final int MOST_BYTES = 64 << 20;

  /**
   * A chat that was read.
   *
   * @param notes what is not as it was, a line each
   */
  record Loaded(ChatFile chat, List<String> notes) {}

  /** Opens what a message shows. */
  interface Opener {
    ChatAttachment open(ChatFileName name);
  }

  /**
   * Writes it. The file appears when it is complete.
   *
   * @throws OcelliException USAGE where there is a file that is no chat
   */
  void write(Path file) {
    if (Files.exists(file) && !isChat(file)) {
      throw new OcelliException(
          Kind.USAGE, file + ": is there and is no saved chat; name another file");
    }
    Path folder = file.toAbsolutePath().getParent();
    Path part = null;
    try {
      part = Files.createTempFile(folder, ".ocelli-chat", ".part");
      try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
        java.nio.ByteBuffer bytes =
            java.nio.ByteBuffer.wrap((json() + "\n").getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      remove(part);
      throw new OcelliException(
          Kind.RESOURCE,
          "%s: cannot be written (%s); name another file".formatted(file, e.getMessage()),
          e);
    }
  }

  private static void remove(@Nullable Path part) {
    if (part != null) {
      try {
        Files.deleteIfExists(part);
      } catch (IOException e) {
        // The error that led here says more.
      }
    }
  }

  private static boolean isChat(Path file) {
    try {
      return parse(file).path("format").asString("").equals(FORMAT);
    } catch (OcelliException e) {
      return false;
    }
  }

  private String json() {
    ObjectNode root = JsonMapper.shared().createObjectNode();
    root.put("format", FORMAT).put("version", VERSION).put("model", model);
    if (!system.isEmpty()) {
      root.put("system", system);
    }
    ArrayNode messages = root.putArray("messages");
    for (ChatExchange e : exchanges) {
      ObjectNode user = messages.addObject().put("role", "user").put("text", e.question().text());
      if (!e.question().shown().isEmpty()) {
        ArrayNode media = user.putArray("media");
        e.question().shown().forEach(a -> write(a, media.addObject()));
      }
      ObjectNode reply =
          messages.addObject().put("role", "assistant").put("text", e.answer().text());
      if (e.answer().reasoning() != null) {
        reply.put("reasoning", e.answer().reasoning());
      }
      if (e.answer().cut()) {
        reply.put("cut", true);
      }
    }
    return root.toPrettyString();
  }

  private static void write(ChatAttachment a, ObjectNode out) {
    ChatFileName name = a.named().absolute();
    out.put("kind", name.kind().name().toLowerCase(Locale.ROOT)).put("file", name.file());
    if (!name.limits().isEmpty()) {
      out.put("limits", name.limits());
    }
    if (name.pages() != null) {
      out.put("pages", name.pages());
    }
    if (name.fps() != null) {
      out.put("fps", name.fps());
    }
    out.put("sha256", a.sha256());
  }

  /**
   * Reads a chat. What it shows is opened: a file that is missing or cannot be used is left out,
   * one that has changed is taken as it is now, and both are told.
   */
  static Loaded read(Path file, Opener opener) {
    JsonNode root = parse(file);
    if (!root.path("format").asString("").equals(FORMAT)) {
      throw wrong(file, "format", "is not \"" + FORMAT + "\"");
    }
    if (root.path("version").asInt(0) != VERSION) {
      throw wrong(file, "version", "is not " + VERSION + ", the one that this program knows");
    }
    List<String> notes = new ArrayList<>();
    List<ChatExchange> exchanges = new ArrayList<>();
    JsonNode messages = root.path("messages");
    if (!messages.isArray() || messages.size() % 2 != 0) {
      throw wrong(file, "messages", "is no list of messages and replies in turn");
    }
    for (int i = 0; i < messages.size(); i += 2) {
      String at = "messages[%d]";
      JsonNode user = role(file, at.formatted(i), messages.get(i), "user");
      JsonNode reply = role(file, at.formatted(i + 1), messages.get(i + 1), "assistant");
      String text = text(file, at.formatted(i) + ".text", user.path("text"));
      List<ChatAttachment> shown =
          shown(file, at.formatted(i) + ".media", user.path("media"), opener, notes);
      Question question = new Question(text, shown);
      if (user.path("media").size() != shown.size()) {
        question = new Question(MediaList.withoutPlaces(text), shown);
      }
      JsonNode thought = reply.path("reasoning");
      Answer answer =
          new Answer(
              text(file, at.formatted(i + 1) + ".text", reply.path("text")),
              thought.isMissingNode()
                  ? null
                  : text(file, at.formatted(i + 1) + ".reasoning", thought),
              reply.path("cut").asBoolean(false));
      question.message(); // places that the words name and no file fills are an error here
      exchanges.add(new ChatExchange(question, answer));
    }
    JsonNode system = root.path("system");
    ChatFile chat =
        new ChatFile(
            root.path("model").asString(""),
            system.isMissingNode() ? "" : text(file, "system", system),
            exchanges);
    return new Loaded(chat, notes);
  }

  private static List<ChatAttachment> shown(
      Path file, String at, JsonNode media, Opener opener, List<String> notes) {
    List<ChatAttachment> shown = new ArrayList<>();
    for (int i = 0; i < media.size(); i++) {
      JsonNode one = media.get(i);
      String where = "%s[%d]".formatted(at, i);
      ChatFileName name = name(file, where, one);
      try {
        ChatAttachment opened = opener.open(name);
        if (!opened.sha256().equals(text(file, where + ".sha256", one.path("sha256")))) {
          notes.add(
              "%s: has changed since the chat was saved; it is taken as it is now"
                  .formatted(name.file()));
        }
        shown.add(opened);
      } catch (OcelliException e) {
        if (e.kind() != Kind.INPUT && e.kind() != Kind.USAGE) {
          throw e;
        }
        notes.add(e.getMessage() + "; message %d goes without it".formatted(number(at)));
      }
    }
    return shown;
  }

  /** Which message of the user {@code messages[4].media} belongs to, counted from 1. */
  private static int number(String at) {
    return Integer.parseInt(at.replaceAll("\\D", "")) / 2 + 1;
  }

  private static ChatFileName name(Path file, String at, JsonNode one) {
    ChatFileName.Kind kind =
        switch (text(file, at + ".kind", one.path("kind"))) {
          case "image" -> ChatFileName.Kind.IMAGE;
          case "video" -> ChatFileName.Kind.VIDEO;
          case "file" -> ChatFileName.Kind.FILE;
          default -> throw wrong(file, at + ".kind", "is none of image, video and file");
        };
    JsonNode limits = one.path("limits");
    JsonNode pages = one.path("pages");
    JsonNode fps = one.path("fps");
    if (!fps.isMissingNode() && !fps.isNumber()) {
      throw wrong(file, at + ".fps", "is no number");
    }
    return new ChatFileName(
        kind,
        text(file, at + ".file", one.path("file")),
        limits.isMissingNode() ? "" : text(file, at + ".limits", limits),
        pages.isMissingNode() ? null : text(file, at + ".pages", pages),
        fps.isMissingNode() ? null : (Double) fps.doubleValue());
  }

  private static JsonNode role(Path file, String at, JsonNode message, String role) {
    if (!message.path("role").asString("").equals(role)) {
      throw wrong(file, at + ".role", "is not \"" + role + "\"");
    }
    return message;
  }

  private static String text(Path file, String at, JsonNode value) {
    if (!value.isString()) {
      throw wrong(file, at, "is no text");
    }
    return value.asString();
  }

  private static OcelliException wrong(Path file, String field, String why) {
    return new OcelliException(
        Kind.INPUT, "%s: %s %s; name a file that /save wrote".formatted(file, field, why));
  }

  private static JsonNode parse(Path file) {
    try {
      return JsonMapper.shared().readTree(InputFiles.text(file, "a saved chat", MOST_BYTES));
    } catch (JacksonException e) {
      throw new OcelliException(
          Kind.INPUT,
          "%s: is no JSON (%s); name a file that /save wrote"
              .formatted(file, e.getOriginalMessage()),
          e);
    }
  }
}
