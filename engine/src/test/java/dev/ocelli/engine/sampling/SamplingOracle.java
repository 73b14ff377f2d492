package dev.ocelli.engine.sampling;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The documented steps, written as plainly as possible: lists of boxed candidates, full sorts,
 * StrictMath, the history searched anew for every token. Shares no code with what it checks, but
 * for the settings.
 */
final class SamplingOracle {
  /** A token that may still be drawn. */
  record Candidate(int id, float logit) {}

  private static final Comparator<Candidate> MOST_LIKELY_FIRST =
      Comparator.comparingDouble((Candidate c) -> -c.logit()).thenComparingInt(Candidate::id);

  private SamplingOracle() {}

  /** Logits after bias, penalties and DRY. {@code texts} holds the text of every token. */
  static float[] adjusted(
      float[] model, Sampling s, Set<Integer> stops, List<Integer> history, State state) {
    float[] out = model.clone();
    s.logitBias().forEach((id, b) -> out[id] = (float) (out[id] + b));
    if (s.ignoreEos() || state.generated() < s.minTokens()) {
      stops.forEach(id -> out[id] = Float.NEGATIVE_INFINITY);
    }
    penalize(out, s.penalties(), history);
    dry(out, s.dry(), history, state.texts());
    return out;
  }

  /** Number of tokens generated so far, and the text of every token of the vocabulary. */
  record State(int generated, List<String> texts) {}

  private static void penalize(float[] logits, Sampling.Penalties p, List<Integer> history) {
    Map<Integer, Integer> counts = new HashMap<>();
    for (int id : window(history, p.lastN())) {
      counts.merge(id, 1, Integer::sum);
    }
    counts.forEach((id, count) -> {
      double l = logits[id];
      l = l <= 0 ? l * p.repeat() : l / p.repeat();
      logits[id] = (float) (l - (count * p.frequency() + p.presence()));
    });
  }

  private static List<Integer> window(List<Integer> history, int lastN) {
    int n = lastN < 0 ? history.size() : Math.min(lastN, history.size());
    return history.subList(history.size() - n, history.size());
  }

  /** Quadratic search for repetitions; breakers are searched in the joined text. */
  static void dry(float[] logits, Sampling.Dry d, List<Integer> history, List<String> texts) {
    if (d.multiplier() == 0) {
      return;
    }
    List<Integer> w = window(history, d.lastN());
    int n = w.size();
    int limit = Math.min(n, tokensSinceBreaker(d.sequenceBreakers(), history, texts));
    Map<Integer, Integer> longest = new HashMap<>();
    for (int next = 1; next < n; next++) {
      int length = 0;
      while (length < limit
          && next - 1 - length >= 0
          && w.get(next - 1 - length).equals(w.get(n - 1 - length))) {
        length++;
      }
      if (length >= d.allowedLength()) {
        longest.merge(w.get(next), length, Math::max);
      }
    }
    longest.forEach((id, length) ->
        logits[id] =
            (float)
                (logits[id]
                    - Math.min(
                        1e30,
                        d.multiplier() * StrictMath.pow(d.base(), length - d.allowedLength()))));
  }

  private static int tokensSinceBreaker(
      List<String> breakers, List<Integer> history, List<String> texts) {
    StringBuilder text = new StringBuilder();
    int[] end = new int[history.size()];
    for (int i = 0; i < end.length; i++) {
      text.append(texts.get(history.get(i)));
      end[i] = text.length();
    }
    int breakerEnd = -1;
    for (String breaker : breakers) {
      int at = text.lastIndexOf(breaker);
      if (at >= 0) {
        breakerEnd = Math.max(breakerEnd, at + breaker.length());
      }
    }
    int since = 0;
    // A token that starts at or after the breaker's end counts.
    for (int i = end.length - 1; i >= 0; i--) {
      int start = i == 0 ? 0 : end[i - 1];
      if (start < breakerEnd) {
        break;
      }
      since++;
    }
    return since;
  }

  /** The token drawn from adjusted logits. */
  static int choose(float[] logits, Sampling s, double unit) {
    List<Candidate> all = new ArrayList<>();
    for (int id = 0; id < logits.length; id++) {
      if (logits[id] > Float.NEGATIVE_INFINITY) {
        all.add(new Candidate(id, logits[id]));
      }
    }
    if (s.temperature() == 0) {
      return all.stream().min(MOST_LIKELY_FIRST).orElseThrow().id();
    }
    List<Candidate> c = topK(all, s.topK(), logits.length);
    c = typical(c, s.typicalP());
    c = topP(c, s.topP());
    c = minP(c, s.minP());
    double[] p = softmax(c, s.temperature());
    double sum = 0;
    for (int i = 0; i < p.length; i++) {
      sum += p[i];
      if (sum > unit) {
        return c.get(i).id();
      }
    }
    return c.getLast().id();
  }

  /** Off for a k of the whole vocabulary or more; otherwise it also sorts. */
  static List<Candidate> topK(List<Candidate> c, int k, int vocabularySize) {
    return k <= 0 || k >= vocabularySize
        ? c
        : c.stream().sorted(MOST_LIKELY_FIRST).limit(k).toList();
  }

  static List<Candidate> typical(List<Candidate> c, double p) {
    if (p >= 1) {
      return c;
    }
    double[] prob = softmax(c, 1);
    double entropy = 0;
    for (double q : prob) {
      entropy -= q == 0 ? 0 : q * StrictMath.log(q);
    }
    double h = entropy;
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < prob.length; i++) {
      order.add(i);
    }
    order.sort(Comparator.comparingDouble(i -> Math.abs(-StrictMath.log(prob[i]) - h)));
    Set<Candidate> kept = new HashSet<>();
    double sum = 0;
    for (int i : order) {
      kept.add(c.get(i));
      sum += prob[i];
      if (sum > p) {
        break;
      }
    }
    return c.stream().filter(kept::contains).sorted(MOST_LIKELY_FIRST).toList();
  }

  static List<Candidate> topP(List<Candidate> c, double p) {
    if (p >= 1) {
      return c;
    }
    List<Candidate> sorted = c.stream().sorted(MOST_LIKELY_FIRST).toList();
    double[] prob = softmax(sorted, 1);
    double sum = 0;
    for (int i = 0; i < prob.length; i++) {
      sum += prob[i];
      if (sum >= p) {
        return sorted.subList(0, i + 1);
      }
    }
    return sorted;
  }

  static List<Candidate> minP(List<Candidate> c, double p) {
    double[] prob = softmax(c, 1);
    double max = 0;
    for (double q : prob) {
      max = Math.max(max, q);
    }
    List<Candidate> out = new ArrayList<>();
    for (int i = 0; i < prob.length; i++) {
      if (prob[i] >= p * max) {
        out.add(c.get(i));
      }
    }
    return out;
  }

  static double[] softmax(List<Candidate> c, double temperature) {
    double max = c.stream().mapToDouble(Candidate::logit).max().orElseThrow();
    double[] p =
        c.stream().mapToDouble(x -> StrictMath.exp((x.logit() - max) / temperature)).toArray();
    double sum = 0;
    for (double w : p) {
      sum += w;
    }
    for (int i = 0; i < p.length; i++) {
      p[i] /= sum;
    }
    return p;
  }
}
