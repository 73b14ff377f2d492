package dev.ocelli.engine.sampling;

/** A step that takes candidates away. It leaves at least one where there was one. */
sealed interface Filter permits TypicalP, TopP, MinP {
  void apply(Candidates candidates);
}
