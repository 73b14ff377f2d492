package dev.ocelli.engine.quality;

import org.jspecify.annotations.Nullable;

/**
 * How far a second model agrees with a first one's reply. The first model's reply is given to the
 * second token by token, so that both rate the same beginnings; a position is a token of the reply,
 * or its end.
 *
 * @param name of the question
 * @param positions that both models rated
 * @param same positions where both think the same token the likeliest
 * @param meanKld mean of KL(first || second) a position, in nats
 * @param maxKld greatest of them
 * @param reply the first model's
 * @param difference what the second model would have done, or null when it agrees everywhere
 * @param pictures likeness of what the vision towers make of the pictures, or null when there are
 *     none or they cannot be compared
 * @param samePrompt whether both models' chat templates wrote the same prompt
 */
public record Agreement(
    String name,
    int positions,
    int same,
    double meanKld,
    double maxKld,
    String reply,
    @Nullable Difference difference,
    @Nullable Likeness pictures,
    boolean samePrompt) {

  /**
   * Where two models part.
   *
   * @param position first position with another likeliest token, counted from 0
   * @param first the first model's token there
   * @param second the second model's
   * @param reply what the second model replies when nobody leads it
   */
  public record Difference(int position, String first, String second, String reply) {}

  /**
   * Cosines between the rows that two vision towers make of the same pictures.
   *
   * @param merged main rows
   * @param deepstack rows for the first language layers; null when there are none
   */
  public record Likeness(Cosines merged, @Nullable Cosines deepstack) {}

  /**
   * Cosines of pairs of rows.
   *
   * @param rows pairs
   * @param mean of all
   * @param least of all
   */
  public record Cosines(long rows, double mean, double least) {}
}
