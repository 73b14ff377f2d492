package dev.ocelli.engine.model;

/**
 * Called between the steps of a long computation: reports progress and lets it be abandoned by
 * throwing.
 *
 * <p>Whatever state the computation has at a checkpoint may be thrown away without harm.
 */
public interface Checkpoint {
  /** Never abandons. */
  Checkpoint NONE = (done, total) -> {};

  /** {@code done} of {@code total} steps are finished. */
  void reached(int done, int total);
}
