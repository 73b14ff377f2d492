package dev.ocelli.engine.chat;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One message of a conversation.
 *
 * @param role {@code system}, {@code user}, {@code assistant} or {@code tool}
 * @param content parts in order
 * @param reasoning what an assistant thought before the answer, or null
 * @param toolCalls calls that an assistant made, in order
 */
public record Message(
    String role, List<Content> content, @Nullable String reasoning, List<ToolCall> toolCalls) {

  /**
   * A call of a tool.
   *
   * @param name the function
   * @param arguments JSON text, copied as it is, or a parsed value (maps keep their order)
   */
  public record ToolCall(String name, Object arguments) {}

  /** A message of words alone. */
  public static Message of(String role, String text) {
    return new Message(role, List.of(new Content.Text(text)), null, List.of());
  }

  /** A user's message of several parts. */
  public static Message user(List<Content> content) {
    return new Message("user", content, null, List.of());
  }
}
