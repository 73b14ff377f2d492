package dev.ocelli.engine.sampling;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Some sampling settings: what one layer (flags, a request, a preset, a model file) asks for. A
 * field that is null says nothing. The fields mean what they mean in {@link Sampling}; every one
 * that is not null is checked here, so that an error can be reported where the value was given.
 *
 * @param seed of the random numbers; -1 asks for a random one, as it does in llama.cpp
 * @param maxTokens most tokens to generate; -1 is until the context is full
 */
public record SamplingOverrides(
    @Nullable Double temperature,
    @Nullable Integer topK,
    @Nullable Double topP,
    @Nullable Double minP,
    @Nullable Double typicalP,
    @Nullable Double repeatPenalty,
    @Nullable Double presencePenalty,
    @Nullable Double frequencyPenalty,
    @Nullable Integer penaltyLastN,
    @Nullable Double dryMultiplier,
    @Nullable Double dryBase,
    @Nullable Integer dryAllowedLength,
    @Nullable Integer dryPenaltyLastN,
    @Nullable List<String> drySequenceBreakers,
    @Nullable Long seed,
    @Nullable Map<Integer, Double> logitBias,
    @Nullable Boolean ignoreEos,
    @Nullable Integer minTokens,
    @Nullable Integer maxTokens) {

  /** Says nothing. */
  public static final SamplingOverrides NONE = builder().build();

  /**
   * Asks for plain greedy decoding: temperature 0 and no penalties, whatever lower layers say. What
   * a model whose answers are exact (nano) gives as its file's layer.
   */
  public static final SamplingOverrides GREEDY =
      builder()
          .temperature(0.0)
          .repeatPenalty(1.0)
          .presencePenalty(0.0)
          .frequencyPenalty(0.0)
          .dryMultiplier(0.0)
          .build();

  /** Checks every value that is given; a {@code USAGE} error names field, value and range. */
  public SamplingOverrides {
    if (temperature != null) {
      Limits.temperature(temperature);
    }
    if (topK != null) {
      Limits.topK(topK);
    }
    if (topP != null) {
      Limits.topP(topP);
    }
    if (minP != null) {
      Limits.minP(minP);
    }
    if (typicalP != null) {
      Limits.typicalP(typicalP);
    }
    if (repeatPenalty != null) {
      Limits.repeatPenalty(repeatPenalty);
    }
    if (presencePenalty != null) {
      Limits.presencePenalty(presencePenalty);
    }
    if (frequencyPenalty != null) {
      Limits.frequencyPenalty(frequencyPenalty);
    }
    if (penaltyLastN != null) {
      Limits.penaltyLastN(penaltyLastN);
    }
    if (dryMultiplier != null) {
      Limits.dryMultiplier(dryMultiplier);
    }
    if (dryBase != null) {
      Limits.dryBase(dryBase);
    }
    if (dryAllowedLength != null) {
      Limits.dryAllowedLength(dryAllowedLength);
    }
    if (dryPenaltyLastN != null) {
      Limits.dryPenaltyLastN(dryPenaltyLastN);
    }
    if (drySequenceBreakers != null) {
      drySequenceBreakers = Limits.drySequenceBreakers(drySequenceBreakers);
    }
    if (logitBias != null) {
      logitBias = Limits.logitBias(logitBias);
    }
    if (minTokens != null) {
      Limits.minTokens(minTokens);
    }
    if (maxTokens != null) {
      Limits.maxTokens(maxTokens);
    }
  }

  /** Starts with nothing said. */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects settings; null unsets; values are checked by {@link #build}. */
  public static final class Builder {
    private @Nullable Double temperature;
    private @Nullable Integer topK;
    private @Nullable Double topP;
    private @Nullable Double minP;
    private @Nullable Double typicalP;
    private @Nullable Double repeatPenalty;
    private @Nullable Double presencePenalty;
    private @Nullable Double frequencyPenalty;
    private @Nullable Integer penaltyLastN;
    private @Nullable Double dryMultiplier;
    private @Nullable Double dryBase;
    private @Nullable Integer dryAllowedLength;
    private @Nullable Integer dryPenaltyLastN;
    private @Nullable List<String> drySequenceBreakers;
    private @Nullable Long seed;
    private @Nullable Map<Integer, Double> logitBias;
    private @Nullable Boolean ignoreEos;
    private @Nullable Integer minTokens;
    private @Nullable Integer maxTokens;

    private Builder() {}

    public Builder temperature(@Nullable Double v) {
      temperature = v;
      return this;
    }

    public Builder topK(@Nullable Integer v) {
      topK = v;
      return this;
    }

    public Builder topP(@Nullable Double v) {
      topP = v;
      return this;
    }

    public Builder minP(@Nullable Double v) {
      minP = v;
      return this;
    }

    public Builder typicalP(@Nullable Double v) {
      typicalP = v;
      return this;
    }

    public Builder repeatPenalty(@Nullable Double v) {
      repeatPenalty = v;
      return this;
    }

    public Builder presencePenalty(@Nullable Double v) {
      presencePenalty = v;
      return this;
    }

    public Builder frequencyPenalty(@Nullable Double v) {
      frequencyPenalty = v;
      return this;
    }

    public Builder penaltyLastN(@Nullable Integer v) {
      penaltyLastN = v;
      return this;
    }

    public Builder dryMultiplier(@Nullable Double v) {
      dryMultiplier = v;
      return this;
    }

    public Builder dryBase(@Nullable Double v) {
      dryBase = v;
      return this;
    }

    public Builder dryAllowedLength(@Nullable Integer v) {
      dryAllowedLength = v;
      return this;
    }

    public Builder dryPenaltyLastN(@Nullable Integer v) {
      dryPenaltyLastN = v;
      return this;
    }

    public Builder drySequenceBreakers(@Nullable List<String> v) {
      drySequenceBreakers = v;
      return this;
    }

    public Builder seed(@Nullable Long v) {
      seed = v;
      return this;
    }

    public Builder logitBias(@Nullable Map<Integer, Double> v) {
      logitBias = v;
      return this;
    }

    public Builder ignoreEos(@Nullable Boolean v) {
      ignoreEos = v;
      return this;
    }

    public Builder minTokens(@Nullable Integer v) {
      minTokens = v;
      return this;
    }

    public Builder maxTokens(@Nullable Integer v) {
      maxTokens = v;
      return this;
    }

    /** The layer, checked. */
    public SamplingOverrides build() {
      return new SamplingOverrides(
          temperature,
          topK,
          topP,
          minP,
          typicalP,
          repeatPenalty,
          presencePenalty,
          frequencyPenalty,
          penaltyLastN,
          dryMultiplier,
          dryBase,
          dryAllowedLength,
          dryPenaltyLastN,
          drySequenceBreakers,
          seed,
          logitBias,
          ignoreEos,
          minTokens,
          maxTokens);
    }
  }
}
