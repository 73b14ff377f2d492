package dev.ocelli.engine.model;

import dev.ocelli.engine.tensor.Floats;

/**
 * Sees intermediate values of a forward pass by the names of the reference data.
 *
 * <p>Names: {@code patch_embed}, {@code block_in}, {@code blocks} (with the block's index), {@code
 * merger}, {@code deepstack} (with the feature's index), {@code lm_layers} (layer outputs before
 * the DeepStack addition), {@code lm_norm} (with the row).
 */
public interface Trace {
  /** Looks at nothing and costs nothing. */
  Trace NONE = (name, index, values) -> {};

  /** Shows values that are valid during the call only. */
  void tap(String name, int index, Floats values);
}
