package dev.ocelli.cli.flags;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.sampling.SamplingOverrides;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the sampling flags ask for. */
public final class SamplingLayer {
  private static final Pattern BIAS =
      Pattern.compile("(\\d{1,9})(?:[=:]\\+?|\\+|(?=-))(-?(?:\\d+(?:\\.\\d*)?|\\.\\d+|inf))");

  private SamplingLayer() {}

  /** The flags that were given; the others are null. */
  public static SamplingOverrides of(SamplingFlags f) {
    return SamplingOverrides.builder()
        .temperature(f.temperature)
        .topK(f.topK)
        .topP(f.topP)
        .minP(f.minP)
        .typicalP(f.typicalP)
        .repeatPenalty(f.repeatPenalty)
        .presencePenalty(f.presencePenalty)
        .frequencyPenalty(f.frequencyPenalty)
        .penaltyLastN(f.repeatLastN)
        .dryMultiplier(f.dryMultiplier)
        .dryBase(f.dryBase)
        .dryAllowedLength(f.dryAllowedLength)
        .dryPenaltyLastN(f.dryPenaltyLastN)
        .drySequenceBreakers(breakers(f.drySequenceBreakers))
        .seed(f.seed)
        .logitBias(f.logitBias.isEmpty() ? null : biases(f.logitBias))
        .ignoreEos(f.ignoreEos ? Boolean.TRUE : null)
        .minTokens(f.minTokens)
        .maxTokens(f.maxTokens)
        .build();
  }

  private static @Nullable List<String> breakers(@Nullable List<String> given) {
    return given == null ? null : given.stream().filter(s -> !s.equals("none")).toList();
  }

  private static Map<Integer, Double> biases(List<String> given) {
    Map<Integer, Double> all = new LinkedHashMap<>();
    for (String text : given) {
      Matcher m = BIAS.matcher(text);
      if (!m.matches()) {
        throw new OcelliException(
            Kind.USAGE,
            "--logit-bias '%s' is not TOKEN+X or TOKEN-X; for example 15043+1 or 15043-inf"
                .formatted(text));
      }
      all.put(Integer.valueOf(m.group(1)), number(m.group(2)));
    }
    return all;
  }

  private static double number(String text) {
    return switch (text) {
      case "-inf" -> Double.NEGATIVE_INFINITY;
      case "inf" -> Double.POSITIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }
}
