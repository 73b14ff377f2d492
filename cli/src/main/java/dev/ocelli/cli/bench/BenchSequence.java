package dev.ocelli.cli.bench;

import dev.ocelli.cli.model.LoadedModel;
import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.runtime.Reply;
import dev.ocelli.engine.runtime.ReplyListener;
import dev.ocelli.engine.runtime.Request;
import org.jspecify.annotations.Nullable;

/** One sequence of a test of text: runs it again and again. */
final class BenchSequence implements AutoCloseable {
  private final LoadedModel model;
  private final BenchPrompts prompts;
  private final BenchTest test;
  private final int number;
  private LoadedModel.@Nullable Conversation conversation;

  /**
   * @param number tells it from sequences beside it
   * @throws OcelliException when the context is too small, or the model has no prompt so short
   */
  BenchSequence(LoadedModel model, BenchPrompts prompts, BenchTest test, int number) {
    this.model = model;
    this.prompts = prompts;
    this.test = test;
    this.number = number;
    int room = model.contextLength();
    if (promptTokens() >= room || promptTokens() + test.generate() > room) {
      throw new OcelliException(
          Kind.CONTEXT,
          "%s: a prompt of %d tokens and a reply of %d do not fit into the context of %s, which holds %d; give smaller -p, -n or -d"
              .formatted(test.name(), promptTokens(), test.generate(), model.name(), room));
    }
    if (test.depth() > 0) {
      atLeast("-d", test.depth(), test.prompt() > 0 ? prompts.head() + 1 : prompts.least());
    }
    if (test.prompt() > 0) {
      atLeast("-p", test.prompt(), test.depth() > 0 ? prompts.tail() + 1 : prompts.least());
    }
  }

  private static void atLeast(String flag, int tokens, int least) {
    if (tokens < least) {
      throw new OcelliException(
          Kind.USAGE,
          "%s %d: this model's chat template makes %d tokens of the shortest text; give at least so many"
              .formatted(flag, tokens, least));
    }
  }

  private int promptTokens() {
    int tokens = test.depth() + test.prompt();
    return tokens > 0 ? tokens : prompts.least();
  }

  /**
   * Runs the test once. What lies in the context before is computed in the first run alone, and
   * kept.
   */
  Reply run(ReplyListener listener) {
    LoadedModel.Conversation c = conversation;
    if (c == null || test.depth() == 0) {
      close();
      c = model.converse();
      conversation = c;
    }
    if (test.depth() > 0 && test.prompt() > 0) {
      Reply before = c.generate(prompts.prefix(test.depth(), number), ReplyListener.NONE);
      if (before.finish() == Reply.Finish.CANCELLED) {
        return before;
      }
    }
    // The first token comes with the prompt; the others are steps of their own.
    Request request = prompts.request(promptTokens(), number, test.generate() + 1);
    Reply reply = c.generate(request, listener);
    if (reply.finish() != Reply.Finish.CANCELLED) {
      check(reply);
    }
    return reply;
  }

  /** A rate is only worth what the number of tokens behind it is. */
  private void check(Reply reply) {
    int computed = reply.promptTokens() - reply.reusedTokens();
    if (reply.tokens().size() != test.generate() + 1
        || test.prompt() > 0 && computed != test.prompt()) {
      throw new IllegalStateException(
          "%s computed %d tokens of the prompt and %d of the reply"
              .formatted(test.name(), computed, reply.tokens().size()));
    }
  }

  @Override
  public void close() {
    if (conversation != null) {
      conversation.close();
      conversation = null;
    }
  }
}
