package dev.ocelli.cli.model;

import dev.ocelli.engine.runtime.Reply;

/**
 * Tokens per second by phase; NaN where nothing was computed.
 *
 * @param image tokens of pictures and clips that were encoded, over the encoding time
 * @param prompt prompt tokens that were computed, over the prompt time
 * @param generate tokens of the reply, over the time after the prompt
 */
public record Rates(double image, double prompt, double generate) {

  public static Rates of(Reply reply) {
    int encoded =
        reply.media().stream().filter(m -> !m.cached()).mapToInt(Reply.MediaUse::tokens).sum();
    // A reply that the model ended took one step more: the one that gave the stop token.
    int steps = reply.tokens().size() - (reply.finish() == Reply.Finish.STOP ? 0 : 1);
    Reply.Timings t = reply.timings();
    return new Rates(
        rate(encoded, t.encode()),
        rate(reply.promptTokens() - reply.reusedTokens(), t.prompt()),
        rate(steps, t.generate()));
  }

  private static double rate(int tokens, double millis) {
    return tokens > 0 && millis > 0 ? tokens * 1000.0 / millis : Double.NaN;
  }
}
