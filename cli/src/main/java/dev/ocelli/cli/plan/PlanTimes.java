package dev.ocelli.cli.plan;

import dev.ocelli.engine.kernels.WorkerTeam;
import dev.ocelli.engine.kernels.Workers;
import dev.ocelli.engine.runtime.EngineOptions;
import dev.ocelli.engine.runtime.MemoryPlan;
import dev.ocelli.engine.runtime.Roofline;
import dev.ocelli.engine.runtime.TimeEstimates;
import java.util.ArrayList;
import java.util.List;

/**
 * Estimates of times from what this machine can do at most, measured for a second.
 *
 * @param gigabytesPerSecond at which the machine reads memory; NaN where it could not be measured
 * @param pictures seconds of the vision tower for each picture or clip; NaN where unknown
 * @param prompt seconds for the tokens of the prompt
 * @param promptTokens how many these are
 * @param tokensPerSecond of one reply behind the prompt
 */
record PlanTimes(
    double gigabytesPerSecond,
    List<Double> pictures,
    double prompt,
    int promptTokens,
    double tokensPerSecond) {

  /**
   * Measures the machine, and estimates.
   *
   * @param words tokens of text beside the pictures
   */
  static PlanTimes measure(
      MemoryPlan plan,
      EngineOptions options,
      List<PlanPictures.Seen> seen,
      int words,
      long bytesPerToken) {
    try (Workers single = new WorkerTeam(options.singleThreads());
        Workers batch = new WorkerTeam(options.promptThreads())) {
      Roofline limits = plan.roofline(single, batch);
      int tokens = words + seen.stream().mapToInt(PlanPictures.Seen::tokens).sum();
      TimeEstimates times = new TimeEstimates(limits, () -> true);
      List<Double> pictures = new ArrayList<>();
      for (PlanPictures.Seen s : seen) {
        pictures.add(times.picture(s.grid()));
      }
      double memory = limits.gigabytesPerSecond();
      // A token reads the weights and the keys and values before it.
      double read = bytesPerToken + plan.keysValues(tokens);
      return new PlanTimes(
          memory,
          List.copyOf(pictures),
          times.prompt(0, tokens),
          tokens,
          TimeEstimates.tokensPerSecond(memory, read));
    }
  }
}
