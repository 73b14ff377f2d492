package dev.ocelli.engine.extract;

import dev.ocelli.engine.runtime.Reply;
import dev.ocelli.engine.sampling.TokenLogprobs;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Which tokens wrote which part of a reply's text. They are told apart by bytes, as a character may
 * be of several tokens, and from the end, as what a model thought comes before its answer.
 */
final class TokenSpans {
  private final String text;

  /** Where in the text's bytes each of the last tokens begins; the last entry is the text's end. */
  private final int[] starts;

  private final double[] logprobs;

  /** Whether the tokens are those of the text. */
  private final boolean fits;

  TokenSpans(Reply reply, IntFunction<byte[]> bytes) {
    this.text = reply.text();
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    List<Reply.Token> tokens = reply.tokens();
    int first = tokens.size();
    int at = utf8.length;
    while (first > 0 && at > 0) {
      at -= bytes.apply(tokens.get(--first).id()).length;
    }
    int n = tokens.size() - first;
    this.starts = new int[n + 1];
    this.logprobs = new double[n];
    boolean same = at <= 0;
    for (int i = 0; i < n; i++) {
      Reply.Token token = tokens.get(first + i);
      TokenLogprobs p = token.logprobs();
      starts[i] = at;
      logprobs[i] = p == null ? Double.NaN : p.logprob();
      for (byte b : bytes.apply(token.id())) {
        same &= at < 0 || at < utf8.length && utf8[at] == b;
        at++;
      }
    }
    starts[n] = at;
    this.fits = same && at == utf8.length;
  }

  /**
   * The probability of the tokens that wrote a part of the text: the product of what the model held
   * of each; NaN where it is not known.
   */
  double probability(int start, int end) {
    if (!fits || start >= end) {
      return Double.NaN;
    }
    int from = utf8(start);
    int to = utf8(end);
    double sum = 0;
    for (int i = 0; i < logprobs.length; i++) {
      if (starts[i] < to && starts[i + 1] > from) {
        sum += logprobs[i];
      }
    }
    return StrictMath.exp(sum);
  }

  private int utf8(int index) {
    return text.substring(0, index).getBytes(StandardCharsets.UTF_8).length;
  }
}
