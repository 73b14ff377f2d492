package dev.ocelli.server.api;

import dev.ocelli.engine.chat.Message;
import dev.ocelli.engine.runtime.Media;
import java.util.List;
import java.util.Map;

/**
 * A conversation to be continued, whichever API it came by.
 *
 * @param messages the conversation
 * @param media pictures and clips in the order of their places
 * @param tools JSON descriptions of functions that the model may call
 */
public record ChatRequest(
    List<Message> messages, List<Media> media, List<Map<String, Object>> tools) {
  /** Nothing: the prompt is tokens already. */
  static final ChatRequest NONE = new ChatRequest(List.of(), List.of(), List.of());

  ChatRequest(Conversation conversation, List<Map<String, Object>> tools) {
    this(conversation.messages(), conversation.media(), tools);
  }
}
