package dev.ocelli.engine.sampling;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import java.util.List;
import java.util.Map;

/**
 * The allowed range of every sampling field, by its request name. Each check returns its argument
 * or throws a {@code USAGE} error that names the field, the value and the range.
 *
 * <p>The ranges are wider than anything useful. They keep the arithmetic finite: no allowed setting
 * turns a logit of any plausible size into an infinite one, except a bias of minus infinity, which
 * bans a token.
 */
final class Limits {
  /** Largest finite logit bias: far above any logit, far below overflow. */
  static final double MAX_BIAS = 1e6;

  private Limits() {}

  static double temperature(double v) {
    return range("temperature", v, 0, 100, "0 (greedy) to 100");
  }

  static int topK(int v) {
    return atLeast("top_k", v, -1, "1 or more, or 0 or -1 (off)");
  }

  static double topP(double v) {
    return range("top_p", v, 0, 1, "0 to 1 (1 is off)");
  }

  static double minP(double v) {
    return range("min_p", v, 0, 1, "0 (off) to 1");
  }

  static double typicalP(double v) {
    return range("typical_p", v, 0, 1, "0 to 1 (1 is off)");
  }

  static double repeatPenalty(double v) {
    return range("repeat_penalty", v, 0.01, 100, "0.01 to 100 (1 is off)");
  }

  static double presencePenalty(double v) {
    return range("presence_penalty", v, -100, 100, "-100 to 100 (0 is off)");
  }

  static double frequencyPenalty(double v) {
    return range("frequency_penalty", v, -100, 100, "-100 to 100 (0 is off)");
  }

  static int penaltyLastN(int v) {
    return atLeast("penalty_last_n", v, -1, "0 (off) or more, or -1 (the whole context)");
  }

  static double dryMultiplier(double v) {
    return range("dry_multiplier", v, 0, 100, "0 (off) to 100");
  }

  static double dryBase(double v) {
    return range("dry_base", v, 1, 100, "1 to 100");
  }

  static int dryAllowedLength(int v) {
    return atLeast("dry_allowed_length", v, 1, "1 or more");
  }

  static int dryPenaltyLastN(int v) {
    return atLeast("dry_penalty_last_n", v, -1, "0 (off) or more, or -1 (the whole context)");
  }

  static List<String> drySequenceBreakers(List<String> v) {
    for (String breaker : v) {
      if (breaker.isEmpty()) {
        throw new OcelliException(
            Kind.USAGE, "dry_sequence_breakers holds an empty text; give texts of 1 or more bytes");
      }
    }
    return List.copyOf(v);
  }

  static Map<Integer, Double> logitBias(Map<Integer, Double> v) {
    v.forEach((id, bias) -> {
      if (id < 0) {
        throw new OcelliException(
            Kind.USAGE, "logit_bias names token " + id + "; allowed are ids of 0 or more");
      }
      boolean ban = bias == Double.NEGATIVE_INFINITY;
      if (!ban && !(bias >= -MAX_BIAS && bias <= MAX_BIAS)) {
        throw new OcelliException(
            Kind.USAGE,
            "logit_bias of token "
                + id
                + " is "
                + bias
                + "; allowed are -1000000 to 1000000, or -inf (ban the token)");
      }
    });
    return Map.copyOf(v);
  }

  static int minTokens(int v) {
    return atLeast("min_tokens", v, 0, "0 or more");
  }

  static int maxTokens(int v) {
    return atLeast("max_tokens", v, -1, "0 or more, or -1 (until the context is full)");
  }

  private static double range(String field, double v, double low, double high, String allowed) {
    // Written so that NaN fails.
    if (!(v >= low && v <= high)) {
      throw new OcelliException(Kind.USAGE, field + " is " + v + "; allowed are " + allowed);
    }
    return v;
  }

  private static int atLeast(String field, int v, int low, String allowed) {
    if (v < low) {
      throw new OcelliException(Kind.USAGE, field + " is " + v + "; allowed are " + allowed);
    }
    return v;
  }
}
