package dev.ocelli.cli.flags;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * How the words of the reply are chosen; names as in llama.cpp. What is not given comes from the
 * preset or the model file.
 */
public final class SamplingFlags {
  @Option(
      names = "--preset",
      paramLabel = "NAME",
      description =
          "Named settings: describe, ocr, creative, factqa, official-instruct, official-thinking, official-text.")
  public @Nullable String preset;

  @Option(
      names = {"--temp", "--temperature"},
      paramLabel = "X",
      description = "Temperature; 0 always takes the likeliest token.")
  @Nullable Double temperature;

  @Option(
      names = "--top-k",
      paramLabel = "N",
      description = "Choose among the N likeliest; 0 is off.")
  @Nullable Integer topK;

  @Option(
      names = "--top-p",
      paramLabel = "X",
      description = "Choose among the likeliest up to this share; 1 is off.")
  @Nullable Double topP;

  @Option(
      names = "--min-p",
      paramLabel = "X",
      description = "Drop what is less likely than X times the likeliest; 0 is off.")
  @Nullable Double minP;

  @Option(
      names = {"--typical", "--typical-p"},
      paramLabel = "X",
      description = "Locally typical sampling; 1 is off.")
  @Nullable Double typicalP;

  @Option(
      names = "--repeat-penalty",
      paramLabel = "X",
      description = "Penalty on tokens that occurred; 1 is off.")
  @Nullable Double repeatPenalty;

  @Option(
      names = "--repeat-last-n",
      paramLabel = "N",
      description = "Tokens that the penalties look back; 0 is off, -1 is all.")
  @Nullable Integer repeatLastN;

  @Option(
      names = "--presence-penalty",
      paramLabel = "X",
      description = "Subtracted once for a token that occurred; 0 is off.")
  @Nullable Double presencePenalty;

  @Option(
      names = "--frequency-penalty",
      paramLabel = "X",
      description = "Subtracted for each time a token occurred; 0 is off.")
  @Nullable Double frequencyPenalty;

  @Option(
      names = "--dry-multiplier",
      paramLabel = "X",
      description = "DRY penalty on repeated sequences; 0 is off.")
  @Nullable Double dryMultiplier;

  @Option(
      names = "--dry-base",
      paramLabel = "X",
      description = "DRY: growth with each repeated token.")
  @Nullable Double dryBase;

  @Option(
      names = "--dry-allowed-length",
      paramLabel = "N",
      description = "DRY: shortest sequence that is penalised.")
  @Nullable Integer dryAllowedLength;

  @Option(
      names = "--dry-penalty-last-n",
      paramLabel = "N",
      description = "DRY: tokens to look back; 0 is off, -1 is all.")
  @Nullable Integer dryPenaltyLastN;

  @Option(
      names = "--dry-sequence-breaker",
      paramLabel = "TEXT",
      description = "DRY: text that ends a sequence; several times for several; 'none' for none.")
  @Nullable List<String> drySequenceBreakers;

  @Option(
      names = {"-s", "--seed"},
      paramLabel = "N",
      description = "Seed of the random numbers; -1 draws one.")
  @Nullable Long seed;

  @Option(
      names = {"-l", "--logit-bias"},
      paramLabel = "ID+X",
      description =
          "Adds X to a token's logit, for example 15043+1 or 15043-inf; several times for several.")
  List<String> logitBias = new ArrayList<>();

  @Option(names = "--ignore-eos", description = "Never choose a token that ends the reply.")
  boolean ignoreEos;

  @Option(
      names = "--min-tokens",
      paramLabel = "N",
      description = "Choose no token that ends the reply before so many.")
  @Nullable Integer minTokens;

  @Option(
      names = {"-n", "--predict", "--n-predict"},
      paramLabel = "N",
      description =
          "Most tokens of the reply; 0 computes the prompt alone, -1 is until the context is full.")
  @Nullable Integer maxTokens;
}
