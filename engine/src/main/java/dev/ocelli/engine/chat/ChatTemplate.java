package dev.ocelli.engine.chat;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.chat.jinja.Rendered;
import dev.ocelli.engine.chat.jinja.Template;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes a conversation as the model was trained to read it (QWEN3VL section 6.4).
 *
 * <p>Whatever comes from messages and tools is marked as data in the result, so that it can never
 * become a control token.
 */
public final class ChatTemplate {
  private static final Set<String> ROLES = Set.of("system", "user", "assistant", "tool");

  /** A picture or clip where the template leaves the writing of its place to the caller. */
  private static final Rendered IMAGE =
      Rendered.trusted("<|vision_start|><|image_pad|><|vision_end|>");

  private static final Rendered VIDEO =
      Rendered.trusted("<|vision_start|><|video_pad|><|vision_end|>");

  private final Template template;
  private final boolean takesParts;

  private ChatTemplate(Template template) {
    this.template = template;
    this.takesParts = takesParts(template);
  }

  /**
   * Whether the template writes places for pictures. Many files carry one made for words alone: it
   * prints {@code message.content} as it is, and must be given a string in which the places already
   * stand.
   */
  private static boolean takesParts(Template template) {
    Message probe = Message.user(List.of(new Content.Image(), new Content.Text("x")));
    Map<String, @Nullable Object> variables = new LinkedHashMap<>();
    variables.put("messages", List.of(variables(probe, 0, true)));
    variables.put("tools", null);
    variables.put("add_generation_prompt", true);
    variables.put("add_vision_id", false);
    try {
      Rendered out = template.render(variables, LocalDateTime.of(2026, 1, 1, 0, 0));
      return out.indexOfTrusted("<|image_pad|>", 0) >= 0;
    } catch (OcelliException e) {
      return false; // strings are its only hope; what is wrong with it shows when it is used
    }
  }

  /**
   * What else a template is told.
   *
   * @param addGenerationPrompt whether the assistant's turn is opened at the end
   * @param addVisionId whether pictures are numbered in the text
   * @param variables further variables by name, such as {@code enable_thinking}
   */
  public record Options(
      boolean addGenerationPrompt, boolean addVisionId, Map<String, @Nullable Object> variables) {
    /** A prompt for a reply, pictures not numbered. */
    public static final Options REPLY = new Options(true, false, Map.of());
  }

  /**
   * A template that a model's files carry.
   *
   * @param origin the file, for errors
   * @throws OcelliException when it has an error or uses something that is not supported
   */
  public static ChatTemplate of(String source, String origin) {
    return new ChatTemplate(Template.parse(source, origin));
  }

  /** The built-in template of the Instruct models, for files that carry none. */
  public static ChatTemplate instruct() {
    return builtIn("qwen3vl-instruct.jinja");
  }

  /** The built-in template of the Thinking models. */
  public static ChatTemplate thinking() {
    return builtIn("qwen3vl-thinking.jinja");
  }

  private static ChatTemplate builtIn(String name) {
    try (InputStream in = ChatTemplate.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the built-in template " + name + " is missing");
      }
      return of(new String(in.readAllBytes(), StandardCharsets.UTF_8), "built-in template " + name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What errors call the template. */
  public String origin() {
    return template.origin();
  }

  /**
   * Renders a conversation.
   *
   * @param tools JSON descriptions as maps
   * @throws OcelliException INPUT when a message has an unknown role, there is nothing to say, or
   *     the template refuses the messages
   */
  public Rendered render(List<Message> messages, List<Map<String, Object>> tools, Options options) {
    if (messages.isEmpty()) {
      throw new OcelliException(
          OcelliException.Kind.INPUT,
          "the conversation has no messages; give at least one of role 'user'");
    }
    List<Object> list = new ArrayList<>();
    for (int i = 0; i < messages.size(); i++) {
      list.add(variables(messages.get(i), i, takesParts));
    }
    Map<String, @Nullable Object> variables = new LinkedHashMap<>(options.variables());
    variables.put("messages", list);
    variables.put("tools", tools.isEmpty() ? null : tools);
    variables.put("add_generation_prompt", options.addGenerationPrompt());
    variables.put("add_vision_id", options.addVisionId());
    return template.render(variables, LocalDateTime.now(java.time.ZoneId.systemDefault()));
  }

  private static Map<String, Object> variables(Message m, int index, boolean parts) {
    if (!ROLES.contains(m.role())) {
      throw new OcelliException(
          OcelliException.Kind.INPUT,
          "message %d has the role '%s'; roles are system, user, assistant and tool"
              .formatted(index + 1, m.role()));
    }
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("role", m.role());
    out.put("content", parts ? content(m) : text(m));
    String reasoning = m.reasoning();
    if (reasoning != null) {
      out.put("reasoning_content", reasoning);
    }
    if (!m.toolCalls().isEmpty()) {
      List<Object> calls = new ArrayList<>();
      for (Message.ToolCall c : m.toolCalls()) {
        Map<String, Object> function = new LinkedHashMap<>();
        function.put("name", c.name());
        function.put("arguments", c.arguments());
        Map<String, Object> call = new LinkedHashMap<>();
        call.put("type", "function");
        call.put("function", function);
        calls.add(call);
      }
      out.put("tool_calls", calls);
    }
    return out;
  }

  /** All parts in one string; words of the message stay data in it. */
  private static Rendered text(Message m) {
    StringBuilder text = new StringBuilder();
    List<Integer> literal = new ArrayList<>();
    for (Content c : m.content()) {
      switch (c) {
        case Content.Text t -> {
          if (!t.text().isEmpty()) {
            boolean joins = !literal.isEmpty() && literal.getLast() == text.length();
            if (joins) {
              literal.removeLast();
            } else {
              literal.add(text.length());
            }
            text.append(t.text());
            literal.add(text.length());
          }
        }
        case Content.Image i -> text.append(IMAGE.text());
        case Content.Video v -> text.append(VIDEO.text());
      }
    }
    return new Rendered(text.toString(), literal.stream().mapToInt(Integer::intValue).toArray());
  }

  /** One string when there are words alone, else a list of parts. */
  private static Object content(Message m) {
    if (m.content().size() == 1 && m.content().getFirst() instanceof Content.Text t) {
      return t.text();
    }
    if (m.content().isEmpty()) {
      return "";
    }
    List<Object> parts = new ArrayList<>();
    for (Content c : m.content()) {
      Map<String, Object> part = new LinkedHashMap<>();
      switch (c) {
        case Content.Text t -> {
          part.put("type", "text");
          part.put("text", t.text());
        }
        case Content.Image i -> {
          part.put("type", "image");
          part.put("image", "");
        }
        case Content.Video v -> {
          part.put("type", "video");
          part.put("video", "");
        }
      }
      parts.add(part);
    }
    return parts;
  }
}
