package dev.ocelli.server.api;

import dev.ocelli.engine.sampling.SamplingOverrides;
import dev.ocelli.engine.tokenizer.Tokenizer;
import dev.ocelli.server.wire.ApiError;
import dev.ocelli.server.wire.Fields;
import dev.ocelli.server.wire.Schema;
import dev.ocelli.server.wire.Schema.Type;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How replies are to be made, whichever API asks.
 *
 * @param sampling what the request says about sampling
 * @param preset named settings below it, or null
 * @param stop texts that end a reply
 * @param topLogprobs alternatives to report for each token; -1 for no log-probabilities
 * @param replies how many, each with a seed of its own
 * @param form what form they are to have
 * @param cacheSalt what requests with another salt have computed is not reused; empty for none
 */
record Generation(
    SamplingOverrides sampling,
    @Nullable String preset,
    List<String> stop,
    int topLogprobs,
    int replies,
    Form form,
    String cacheSalt) {
  /** What a request that says nothing asks for. */
  static final Generation DEFAULTS =
      new Generation(SamplingOverrides.NONE, null, List.of(), -1, 1, Form.ANY, "");

  /** The field that keeps the caches of requests apart. */
  static final Schema CACHE =
      Schema.named("cache")
          .field(
              "cache_salt",
              Type.STRING,
              "What requests with another salt have computed is not reused.");

  /**
   * One reply, by the sampling fields of a request.
   *
   * @throws ApiError 400 that names a field of a wrong value
   */
  static Generation read(Fields f, Tokenizer tokenizer, Form form) {
    return new Generation(
        SamplingFields.read(f, tokenizer),
        f.string("preset"),
        SamplingFields.stop(f),
        -1,
        1,
        form,
        salt(f));
  }

  private static String salt(Fields f) {
    if (f.string("cache_salt", "-").isEmpty()) {
      throw f.error("cache_salt", "is empty; give a text, or leave it out");
    }
    return f.string("cache_salt", "");
  }

  /** The same with log-probabilities. */
  Generation withLogprobs(int top) {
    return new Generation(sampling, preset, stop, top, replies, form, cacheSalt);
  }

  /** The same with several replies. */
  Generation withReplies(int count) {
    return new Generation(sampling, preset, stop, topLogprobs, count, form, cacheSalt);
  }

  /** The same with other texts that end a reply. */
  Generation withStop(List<String> texts) {
    return new Generation(sampling, preset, texts, topLogprobs, replies, form, cacheSalt);
  }

  /** The same with another form. */
  Generation withForm(Form other) {
    return new Generation(sampling, preset, stop, topLogprobs, replies, other, cacheSalt);
  }

  /** The same with the salt of a request whose sampling fields stand elsewhere. */
  Generation withSaltOf(Fields request) {
    return new Generation(sampling, preset, stop, topLogprobs, replies, form, salt(request));
  }
}
