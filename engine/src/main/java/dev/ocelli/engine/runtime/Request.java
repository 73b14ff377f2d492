package dev.ocelli.engine.runtime;

import dev.ocelli.engine.chat.Message;
import dev.ocelli.engine.grammar.ToolChoice;
import dev.ocelli.engine.grammar.ToolRules;
import dev.ocelli.engine.lora.AdapterSet;
import dev.ocelli.engine.sampling.Sampling;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a session is asked to answer: the whole conversation so far. What the session already has in
 * its cache is not computed again.
 *
 * @param messages the conversation; its image and video places take {@code media} in order
 * @param media pictures and clips in the order of their places
 * @param tools JSON descriptions of tools, may be empty
 * @param sampling how tokens are chosen
 * @param maxTokens end after so many tokens, 0 to compute the prompt alone; less than 0 means until
 *     the context is full
 * @param stop strings that end the reply and are not part of it
 * @param topLogprobs alternatives to report for each token; -1 for no log-probabilities at all
 * @param cacheSalt what requests with other salts have computed is not reused, so that the time of
 *     a reply does not tell what others asked; empty for those who trust each other
 * @param control what the reply may look like and when it is to end
 * @param adapters LoRA adapters of the reply; null for those in force when it begins
 */
public record Request(
    List<Message> messages,
    List<Media> media,
    List<Map<String, Object>> tools,
    Sampling sampling,
    int maxTokens,
    List<String> stop,
    int topLogprobs,
    String cacheSalt,
    Control control,
    @Nullable AdapterSet adapters) {

  /** A request without a salt, with {@link Control#DEFAULT}. */
  public Request(
      List<Message> messages,
      List<Media> media,
      List<Map<String, Object>> tools,
      Sampling sampling,
      int maxTokens,
      List<String> stop,
      int topLogprobs) {
    this(messages, media, tools, sampling, maxTokens, stop, topLogprobs, "", Control.DEFAULT, null);
  }

  /** The same with a salt. */
  public Request withCacheSalt(String salt) {
    return new Request(
        messages, media, tools, sampling, maxTokens, stop, topLogprobs, salt, control, adapters);
  }

  /** The same about another conversation. */
  public Request withConversation(List<Message> newMessages, List<Media> newMedia) {
    return new Request(
        newMessages,
        newMedia,
        tools,
        sampling,
        maxTokens,
        stop,
        topLogprobs,
        cacheSalt,
        control,
        adapters);
  }

  /** The same with other control. */
  public Request with(Control other) {
    return new Request(
        messages, media, tools, sampling, maxTokens, stop, topLogprobs, cacheSalt, other, adapters);
  }

  /** The same with these adapters; null for those in force when the reply begins. */
  public Request withAdapters(@Nullable AdapterSet other) {
    return new Request(
        messages, media, tools, sampling, maxTokens, stop, topLogprobs, cacheSalt, control, other);
  }

  /**
   * Whether whatever begins as a call in the reply is one, unless the reply ends within it: then
   * its pieces can be passed on before it is complete.
   */
  public boolean callsAreSure() {
    return toolRules().sureOfForm(control.constraint());
  }

  /** Which tools the reply may call and how. */
  ToolRules toolRules() {
    return tools.isEmpty() && control.toolChoice() instanceof ToolChoice.Auto
        ? ToolRules.NONE
        : new ToolRules(tools, control.toolChoice(), control.parallelCalls());
  }
}
