package dev.ocelli.engine.runtime;

/** How the final states of a prompt's tokens become one vector. */
public enum Pooling {
  /** Their mean: every token counts the same. */
  MEAN,
  /** The state of the last token, from which the model would choose the next. */
  LAST
}
