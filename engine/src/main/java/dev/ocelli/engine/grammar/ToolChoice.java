package dev.ocelli.engine.grammar;

/** Whether a reply calls tools. */
public sealed interface ToolChoice {
  /** The model decides. */
  ToolChoice AUTO = new Auto();

  /** The model decides; arguments of functions that ask for it are held to their schemas. */
  record Auto() implements ToolChoice {}

  /** No tool is called. */
  record None() implements ToolChoice {}

  /** At least one call, and no other text. */
  record Required() implements ToolChoice {}

  /** At least one call, of this function alone, and no other text. */
  record Named(String function) implements ToolChoice {}
}
