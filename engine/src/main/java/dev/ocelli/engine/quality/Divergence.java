package dev.ocelli.engine.quality;

/**
 * How far a model's predictions of a text are from those of a reference model. The figures are
 * those of {@code llama-perplexity --kl-divergence}.
 *
 * @param windows that were read
 * @param context tokens of a window
 * @param scored predicted tokens
 * @param perplexity both models' perplexities
 * @param kld mean Kullback-Leibler divergence KL(reference || model) a token, in nats
 * @param klds of all tokens
 * @param changes by how much the probability of the text's own token differs: model minus reference
 * @param sameTop share of tokens before which both think the same token the likeliest; tokens that
 *     the reference file's 16 bits do not tell apart are equally likely
 * @param seconds that it took
 */
public record Divergence(
    int windows,
    int context,
    long scored,
    Perplexities perplexity,
    Estimate kld,
    Spread klds,
    Changes changes,
    Estimate sameTop,
    double seconds) {

  /**
   * Two perplexities. The same tokens are hard for both models, so that the errors of ratio and
   * difference are far below those of the two.
   *
   * @param model of the model
   * @param reference of the reference
   * @param correlation of the surprises, -1 to 1; 0 where it has no meaning
   * @param logRatio ln of model by reference
   * @param difference model minus reference
   */
  public record Perplexities(
      Estimate model,
      Estimate reference,
      double correlation,
      Estimate logRatio,
      Estimate difference) {}

  /**
   * Changes of probabilities, 1 is certainty.
   *
   * @param mean of them
   * @param rms root of the mean square
   * @param all of them
   */
  public record Changes(Estimate mean, Estimate rms, Spread all) {}

  /** Tokens that were read in a second, contexts included. */
  public double tokensPerSecond() {
    return (double) windows * context / seconds;
  }
}
