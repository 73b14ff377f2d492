package dev.ocelli.engine.sampling;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.grammar.TokenMask;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the next token of one sequence from its logits.
 *
 * <p>The steps, always in this order, which is llama.cpp's default order (without its top-n-sigma
 * and XTC, which are off there too unless asked for):
 *
 * <ol>
 *   <li>a constraint's mask: the logits of tokens that it does not allow become minus infinity
 *   <li>logit bias: adds {@code logitBias}; bans stop tokens under {@code ignoreEos} and before
 *       {@code minTokens}
 *   <li>repeat, frequency and presence penalties over the last {@code penalties.lastN} tokens
 *   <li>DRY penalty
 *   <li>if the temperature is 0: the token of the largest logit, of equal ones the lowest id; no
 *       further step and no random number
 *   <li>top-k
 *   <li>typical-p
 *   <li>top-p
 *   <li>min-p
 *   <li>temperature, and the draw
 * </ol>
 *
 * <p>A filter works on the probabilities among the candidates that the filters before it left.
 * Since the temperature comes last, filters see the distribution of temperature 1; Hugging Face and
 * vLLM divide by the temperature first, so that the same top_p there keeps fewer tokens below
 * temperature 1 and more above. A logit of minus infinity is never chosen.
 *
 * <p>The history holds what was accepted. {@link #acceptPrompt} makes prompt tokens count for the
 * penalties and DRY, as llama.cpp's server does; its command line for pictures, and vLLM for
 * presence and frequency, count only the reply: then do not call it. Ids of picture placeholders
 * are not text and should not be passed.
 *
 * <p>A choice depends on the settings, the logits, the history and the number of tokens generated
 * before, on nothing else; all arithmetic is plain IEEE, so that equal logits and seeds give equal
 * tokens on every machine. {@link #sample} changes no state: asked twice it answers the same.
 *
 * <p>Not thread-safe. After the first tokens nothing is allocated, except where the history's
 * arrays double.
 */
public final class Sampler {
  private final Sampling sampling;
  private final float[] work; // the vocabulary's logits: working copy of one step
  private final LogitBias bias;
  private final @Nullable RepetitionPenalties penalties;
  private final @Nullable DryPenalty dry;
  private final List<Filter> filters;
  private final TemperatureDraw temperatureDraw;
  private final CounterRandom random;
  private final Candidates candidates = new Candidates();
  private final TokenHistory history = new TokenHistory();
  private int generated;

  /**
   * Makes a sampler with an empty history.
   *
   * @param sampling the settings
   * @param vocabularySize the number of logits
   * @param stops tokens that {@code ignoreEos} and {@code minTokens} ban, ids below {@code
   *     vocabularySize}
   * @param tokenBytes the UTF-8 bytes of a token's text (part of a character is fine), an empty
   *     array for a control token; asked for only while DRY is on
   * @throws OcelliException {@code USAGE} when a logit bias names a token outside the vocabulary
   */
  public Sampler(
      Sampling sampling, int vocabularySize, StopRules stops, IntFunction<byte[]> tokenBytes) {
    this.sampling = sampling;
    work = new float[vocabularySize];
    bias = new LogitBias(sampling, stops, vocabularySize);
    penalties =
        sampling.penalties().active()
            ? new RepetitionPenalties(sampling.penalties(), vocabularySize)
            : null;
    dry =
        sampling.dry().active() ? new DryPenalty(sampling.dry(), tokenBytes, vocabularySize) : null;
    filters = filters(sampling);
    temperatureDraw = new TemperatureDraw(sampling.temperature());
    random = new CounterRandom(sampling.seed());
  }

  private static List<Filter> filters(Sampling sampling) {
    List<Filter> out = new ArrayList<>();
    if (sampling.typicalP() < 1) {
      out.add(new TypicalP(sampling.typicalP()));
    }
    if (sampling.topP() < 1) {
      out.add(new TopP(sampling.topP()));
    }
    if (sampling.minP() > 0) {
      out.add(MinP.of(sampling.minP()));
    }
    return List.copyOf(out);
  }

  /**
   * The next token. Changes neither the logits nor the history: {@link #accept} the token if it is
   * used.
   *
   * @param logits one value a token of the vocabulary
   * @throws OcelliException {@code MODEL} when a logit is NaN or plus infinity or none is above
   *     minus infinity; {@code USAGE} when biases and bans leave no token
   */
  public int sample(float[] logits) {
    requireSize(logits.length);
    System.arraycopy(logits, 0, work, 0, work.length);
    int id = choose();
    if (id < 0) {
      throw nothingLeft(logits);
    }
    return id;
  }

  /** As {@link #sample(float[])}; the segment holds float32 values in native byte order. */
  public int sample(MemorySegment logits) {
    return sample(logits, null);
  }

  /**
   * As {@link #sample(MemorySegment)}, of the tokens that a mask allows; null allows all. The same
   * as with logits of minus infinity for all others.
   */
  public int sample(MemorySegment logits, @Nullable TokenMask mask) {
    load(logits);
    if (mask != null) {
      mask.apply(work);
    }
    int id = choose();
    if (id < 0) {
      load(logits);
      throw nothingLeft(work);
    }
    return id;
  }

  /**
   * The model's own log-probabilities of a token and of the k most likely ones: see {@link
   * TokenLogprobs}.
   *
   * @param logits as the model gave them, float32 values in native byte order
   */
  public TokenLogprobs logprobs(MemorySegment logits, int id, int k) {
    load(logits);
    return TokenLogprobs.of(work, id, k);
  }

  /** Adds prompt tokens to the history: {@code ids[from]} to before {@code ids[to]}. */
  public void acceptPrompt(int[] ids, int from, int to) {
    for (int i = from; i < to; i++) {
      remember(ids[i]);
    }
  }

  /** Adds prompt tokens to the history. */
  public void acceptPrompt(int... ids) {
    acceptPrompt(ids, 0, ids.length);
  }

  /** Adds a generated token to the history and moves on to the next position. */
  public void accept(int id) {
    remember(id);
    generated++;
  }

  /** How many generated tokens were accepted. */
  public int generated() {
    return generated;
  }

  /** The settings. */
  public Sampling sampling() {
    return sampling;
  }

  private void remember(int id) {
    if (id < 0 || id >= work.length) {
      throw new IllegalArgumentException("token " + id + " of a vocabulary of " + work.length);
    }
    history.add(id);
    if (penalties != null) {
      penalties.accept(history);
    }
    if (dry != null) {
      dry.accept(id);
    }
  }

  /** Chooses from the working copy; -1 when no logit is above minus infinity. */
  private int choose() {
    bias.apply(work, generated);
    if (penalties != null) {
      penalties.apply(work);
    }
    if (dry != null) {
      dry.apply(work, history);
    }
    if (sampling.temperature() == 0) {
      return argmax(work);
    }
    int k = sampling.topK();
    if (k > 0 && k < work.length) {
      TopK.select(work, k, candidates);
    } else {
      candidates.fill(work);
    }
    if (candidates.size == 0) {
      return -1;
    }
    for (int i = 0; i < filters.size(); i++) { // an iterator would be an allocation a token
      filters.get(i).apply(candidates);
    }
    return temperatureDraw.draw(candidates, random.unit(generated));
  }

  private static int argmax(float[] logits) {
    int best = -1;
    float max = Float.NEGATIVE_INFINITY;
    for (int id = 0; id < logits.length; id++) {
      float logit = logits[id];
      // Written so that NaN enters and is found.
      if (!(logit <= max)) {
        requireNumber(logit, id);
        best = id;
        max = logit;
      }
    }
    return best;
  }

  private void load(MemorySegment logits) {
    requireSize(logits.byteSize() / Float.BYTES);
    MemorySegment.copy(logits, ValueLayout.JAVA_FLOAT_UNALIGNED, 0, work, 0, work.length);
  }

  private void requireSize(long size) {
    if (size != work.length) {
      throw new IllegalArgumentException(
          size + " logits for a vocabulary of " + work.length + " tokens");
    }
  }

  /** Throws unless the logit is a number below plus infinity. */
  static void requireNumber(float logit, int id) {
    if (!(logit < Float.POSITIVE_INFINITY)) {
      throw new OcelliException(
          Kind.MODEL,
          "the model's logit of token "
              + id
              + " is "
              + logit
              + ": its weights are damaged or the computation overflowed; get an intact copy of the"
              + " model file and check it with selftest");
    }
  }

  /** The error for a step without candidates, by whether the model or the settings left none. */
  static OcelliException nothingLeft(float[] modelLogits) {
    for (int id = 0; id < modelLogits.length; id++) {
      if (!(modelLogits[id] <= Float.NEGATIVE_INFINITY)) {
        requireNumber(modelLogits[id], id);
        return new OcelliException(
            Kind.USAGE,
            "no token can be chosen: logit_bias, ignore_eos, min_tokens and the reply's constraint together"
                + " ban every token that the model allows; ban fewer");
      }
    }
    return new OcelliException(
        Kind.MODEL,
        "no token can be chosen: all "
            + modelLogits.length
            + " logits are -inf; get an intact copy of the model file and check it with selftest");
  }
}
