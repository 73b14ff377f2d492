package dev.ocelli.engine.sampling;

import java.util.List;
import java.util.Map;

/**
 * How the next token is chosen from the logits: complete, validated settings. {@link Sampler} says
 * what each does and in which order; {@link SamplingResolver} makes them from flags, presets and
 * model files.
 *
 * @param temperature divides the logits before the draw; 0 is greedy (the most likely token, no
 *     filter and no random number)
 * @param topK keep the k most likely tokens; 0 or -1 is off
 * @param topP keep the most likely tokens up to this total probability; 1 is off
 * @param minP keep tokens at least this likely relative to the most likely one; 0 is off
 * @param typicalP keep the most typical tokens up to this total probability; 1 is off
 * @param penalties repeat, presence and frequency penalties
 * @param dry the penalty on continuing a repeated sequence
 * @param seed of the random numbers; any value
 * @param logitBias token id to the value added to its logit; minus infinity bans the token
 * @param ignoreEos never choose a stop token
 * @param minTokens choose no stop token before this many tokens were generated
 */
public record Sampling(
    double temperature,
    int topK,
    double topP,
    double minP,
    double typicalP,
    Penalties penalties,
    Dry dry,
    long seed,
    Map<Integer, Double> logitBias,
    boolean ignoreEos,
    int minTokens) {

  /** Checks every value; a {@code USAGE} error names field, value and range. */
  public Sampling {
    Limits.temperature(temperature);
    Limits.topK(topK);
    Limits.topP(topP);
    Limits.minP(minP);
    Limits.typicalP(typicalP);
    logitBias = Limits.logitBias(logitBias);
    Limits.minTokens(minTokens);
  }

  /**
   * Penalties on tokens that occurred before.
   *
   * @param repeat divides positive and multiplies other logits; 1 is off
   * @param presence subtracted once from the logit of a token that occurred; 0 is off
   * @param frequency subtracted for every occurrence; 0 is off
   * @param lastN how many of the last tokens count; 0 is off, -1 is all of them
   */
  public record Penalties(double repeat, double presence, double frequency, int lastN) {
    /** No penalties, and the usual window of 64 tokens. */
    public static final Penalties NONE = new Penalties(1, 0, 0, 64);

    /** Checks every value; a {@code USAGE} error names field, value and range. */
    public Penalties {
      Limits.repeatPenalty(repeat);
      Limits.presencePenalty(presence);
      Limits.frequencyPenalty(frequency);
      Limits.penaltyLastN(lastN);
    }

    boolean active() {
      return lastN != 0 && (repeat != 1 || presence != 0 || frequency != 0);
    }
  }

  /**
   * DRY ("don't repeat yourself"): a token that would continue a sequence which occurred before
   * loses {@code multiplier * base^(length - allowedLength)}.
   *
   * @param multiplier 0 is off; 0.8 is usual
   * @param base growth with every further repeated token
   * @param allowedLength shortest repeated sequence that is penalised
   * @param lastN how many of the last tokens are searched; 0 is off, -1 is all of them
   * @param sequenceBreakers texts that no repeated sequence may span
   */
  public record Dry(
      double multiplier, double base, int allowedLength, int lastN, List<String> sequenceBreakers) {
    /** Off, with the usual base 1.75, allowed length 2, whole context and breakers. */
    public static final Dry OFF = new Dry(0, 1.75, 2, -1, List.of("\n", ":", "\"", "*"));

    /** Checks every value; a {@code USAGE} error names field, value and range. */
    public Dry {
      Limits.dryMultiplier(multiplier);
      Limits.dryBase(base);
      Limits.dryAllowedLength(allowedLength);
      Limits.dryPenaltyLastN(lastN);
      sequenceBreakers = Limits.drySequenceBreakers(sequenceBreakers);
    }

    boolean active() {
      return lastN != 0 && multiplier != 0;
    }
  }

  /** The most likely token always: temperature 0 and nothing that changes a logit. */
  public static Sampling greedy() {
    return builder().temperature(0).build();
  }

  /** Starts from the model's own distribution: temperature 1, every step off, seed 0. */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects settings; values are checked by {@link #build}. */
  public static final class Builder {
    private double temperature = 1;
    private int topK;
    private double topP = 1;
    private double minP;
    private double typicalP = 1;
    private Penalties penalties = Penalties.NONE;
    private Dry dry = Dry.OFF;
    private long seed;
    private Map<Integer, Double> logitBias = Map.of();
    private boolean ignoreEos;
    private int minTokens;

    private Builder() {}

    public Builder temperature(double v) {
      temperature = v;
      return this;
    }

    public Builder topK(int v) {
      topK = v;
      return this;
    }

    public Builder topP(double v) {
      topP = v;
      return this;
    }

    public Builder minP(double v) {
      minP = v;
      return this;
    }

    public Builder typicalP(double v) {
      typicalP = v;
      return this;
    }

    public Builder penalties(Penalties v) {
      penalties = v;
      return this;
    }

    public Builder dry(Dry v) {
      dry = v;
      return this;
    }

    public Builder seed(long v) {
      seed = v;
      return this;
    }

    public Builder logitBias(Map<Integer, Double> v) {
      logitBias = v;
      return this;
    }

    public Builder ignoreEos(boolean v) {
      ignoreEos = v;
      return this;
    }

    public Builder minTokens(int v) {
      minTokens = v;
      return this;
    }

    /** The settings, checked. */
    public Sampling build() {
      return new Sampling(
          temperature,
          topK,
          topP,
          minP,
          typicalP,
          penalties,
          dry,
          seed,
          logitBias,
          ignoreEos,
          minTokens);
    }
  }
}
