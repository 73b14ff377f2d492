package dev.ocelli.engine.runtime;

import dev.ocelli.engine.kernels.Operations;
import dev.ocelli.engine.vision.Grid;

/**
 * What a model's work amounts to, and the rates of this machine that nothing exceeds: how far from
 * its limits a model is computed.
 *
 * <p>Rates are measured when they are asked for, with the engine's threads; requests that run
 * meanwhile wait. What the machine gives changes where others use it, too, so measure right before
 * and after what is compared.
 */
public interface Roofline {
  /**
   * The operations of a prompt, of which the last token gets logits.
   *
   * @param before tokens that lie in the context before it
   * @param tokens that are computed
   */
  Operations prompt(int before, int tokens);

  /**
   * The operations of a picture or clip.
   *
   * @throws IllegalStateException when the model was loaded without a vision tower
   */
  Operations picture(Grid grid);

  /**
   * Bytes a second that the threads for single tokens read from memory, in units of 10^9; NaN when
   * there is no memory to measure it with.
   */
  double gigabytesPerSecond();

  /**
   * Operations a second, in units of 10^9, that the threads for prompts do in a mixture like this,
   * each kind at its own rate; NaN where no machine code can be emitted.
   */
  double gigaOperationsPerSecond(Operations work);
}
