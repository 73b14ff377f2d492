package dev.ocelli.cli;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.chat.Content;
import dev.ocelli.engine.chat.Message;
import dev.ocelli.engine.runtime.Media;
import dev.ocelli.engine.runtime.Reply;
import dev.ocelli.engine.runtime.ReplyListener;
import dev.ocelli.engine.runtime.Request;
import dev.ocelli.engine.sampling.Sampling;
import dev.ocelli.engine.vision.ImageOptions;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;

/**
 * Runs the tests of a benchmark: whole requests, measured by the phases that the engine reports.
 */
final class BenchTests {
  private static final String WORD = " a";

  private final LoadedModel model;
  private final int repetitions;
  private final Interrupts interrupts;
  private final Progress progress;
  private int pictures;

  BenchTests(LoadedModel model, int repetitions, Interrupts interrupts, Progress progress) {
    this.model = model;
    this.repetitions = repetitions;
    this.interrupts = interrupts;
    this.progress = progress;
  }

  /** Computes a prompt of that many tokens. */
  BenchResult prompt(int tokens, int threads) {
    if (tokens >= model.contextLength()) {
      throw new OcelliException(
          Kind.CONTEXT,
          "-p %d: the context of %s holds %d tokens; give fewer"
              .formatted(tokens, model.name(), model.contextLength()));
    }
    String text = textOf(tokens);
    return measure(
        new BenchResult.Test("pp" + tokens, tokens, 0, 0),
        threads,
        i -> text(text, 1),
        r -> r.timings().prompt());
  }

  /** Generates that many tokens behind a short prompt. */
  BenchResult generate(int tokens, int threads) {
    int room = model.contextLength() - run(text(WORD, 1)).promptTokens();
    if (tokens > room) {
      throw new OcelliException(
          Kind.CONTEXT,
          "-n %d: the context of %s has room for a reply of %d tokens; give fewer"
              .formatted(tokens, model.name(), room));
    }
    return measure(
        new BenchResult.Test("tg" + tokens, 0, tokens, 0),
        threads,
        i -> text(WORD, tokens + 1),
        r -> r.timings().generate());
  }

  /** Encodes a picture of that size. */
  BenchResult image(BenchSize size, int threads) {
    Reply first = run(picture(size));
    int tokens = first.media().getFirst().tokens();
    return measure(
        new BenchResult.Test("image " + size, 0, 0, tokens),
        threads,
        i -> picture(size),
        r -> r.timings().encode());
  }

  private BenchResult measure(
      BenchResult.Test test,
      int threads,
      IntFunction<Request> request,
      ToDoubleFunction<Reply> millis) {
    run(request.apply(0));
    double[] samples = new double[repetitions];
    for (int i = 0; i < repetitions; i++) {
      progress.show(test.name(), i, repetitions);
      samples[i] = millis.applyAsDouble(run(request.apply(i + 1)));
    }
    return new BenchResult(model.name(), test, threads, samples);
  }

  private Reply run(Request request) {
    Reply reply = model.generate(request, ReplyListener.NONE);
    if (reply.finish() == Reply.Finish.CANCELLED || interrupts.interrupted()) {
      throw new OcelliException(Kind.USAGE, "the benchmark was interrupted; nothing is reported");
    }
    return reply;
  }

  /** A message whose prompt has exactly so many tokens, the template's own included. */
  private String textOf(int tokens) {
    int one = run(text(WORD, 1)).promptTokens();
    int two = run(text(WORD.repeat(2), 1)).promptTokens();
    int words = two > one ? 1 + (tokens - one) / (two - one) : 0;
    String text = WORD.repeat(Math.max(0, words));
    int got = words < 1 ? 0 : run(text(text, 1)).promptTokens();
    if (got != tokens) {
      throw new OcelliException(
          Kind.USAGE,
          "cannot make a prompt of exactly %d tokens for this model; give at least %d"
              .formatted(tokens, one));
    }
    return text;
  }

  private Request text(String text, int maxTokens) {
    return request(List.of(new Content.Text(text)), List.of(), maxTokens);
  }

  private Request picture(BenchSize size) {
    Media media = new Media.Picture(size.picture(pictures++), ImageOptions.DEFAULT);
    return request(List.of(new Content.Image()), List.of(media), 1);
  }

  private static Request request(List<Content> content, List<Media> media, int maxTokens) {
    Sampling greedy = Sampling.builder().temperature(0).ignoreEos(true).build();
    return new Request(
        List.of(Message.user(content)), media, List.of(), greedy, maxTokens, List.of(), -1);
  }
}
