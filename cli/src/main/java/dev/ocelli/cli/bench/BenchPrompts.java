package dev.ocelli.cli.bench;

import dev.ocelli.cli.model.LoadedModel;
import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.chat.Content;
import dev.ocelli.engine.chat.Message;
import dev.ocelli.engine.runtime.Media;
import dev.ocelli.engine.runtime.ReplyListener;
import dev.ocelli.engine.runtime.Request;
import dev.ocelli.engine.sampling.Sampling;
import java.util.List;

/**
 * Prompts of an exact number of tokens.
 *
 * @param head tokens of the chat template before the words of a message
 * @param tail tokens of the chat template behind them
 */
record BenchPrompts(int head, int tail) {
  private static final String WORD = " a";

  /** First words of sequences, so that sequences side by side are not all the same. */
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz";

  /** Finds out what the model's template adds to a message. */
  static BenchPrompts of(LoadedModel model) {
    try (LoadedModel.Conversation c = model.converse()) {
      int one = c.generate(words(1, 0, 1), ReplyListener.NONE).promptTokens();
      var second = c.generate(words(2, 0, 1), ReplyListener.NONE);
      // What two messages have in common ends with the words of the shorter one.
      int head = second.reusedTokens() - 1;
      if (second.promptTokens() != one + 1 || head < 0) {
        throw new OcelliException(
            Kind.MODEL,
            "%s: cannot make prompts of an exact length: a word took %d tokens and %d tokens of the first prompt were kept; benchmark another model"
                .formatted(model.name(), second.promptTokens() - one, second.reusedTokens()));
      }
      return new BenchPrompts(head, one - 1 - head);
    }
  }

  /** Tokens of the shortest prompt. */
  int least() {
    return head + 1 + tail;
  }

  /**
   * A request whose prompt has that many tokens.
   *
   * @param tokens {@link #least} or more
   * @param sequence prompts of other sequences differ
   * @param reply tokens of the reply
   */
  Request request(int tokens, int sequence, int reply) {
    return words(tokens - head - tail, sequence, reply);
  }

  /**
   * A request that leaves that many tokens which a longer one has in common with it.
   *
   * @param tokens more than {@link #head}
   */
  Request prefix(int tokens, int sequence) {
    return words(tokens - head, sequence, 1);
  }

  /** A request about a picture alone. */
  static Request picture(Media media) {
    return request(List.of(new Content.Image()), List.of(media), 1);
  }

  private static Request words(int count, int sequence, int reply) {
    char first = LETTERS.charAt(sequence % LETTERS.length());
    return request(
        List.of(new Content.Text(" " + first + WORD.repeat(count - 1))), List.of(), reply);
  }

  private static Request request(List<Content> content, List<Media> media, int maxTokens) {
    Sampling greedy = Sampling.builder().temperature(0).ignoreEos(true).build();
    return new Request(
        List.of(Message.user(content)), media, List.of(), greedy, maxTokens, List.of(), -1);
  }
}
