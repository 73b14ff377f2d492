package dev.ocelli.engine.runtime;

import dev.ocelli.engine.grammar.TokenMatcher;
import dev.ocelli.engine.sampling.Sampler;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the tokens of a reply: what is forced, else what the sampler takes of what is allowed.
 */
final class TokenChooser {
  private final Sampler sampler;
  private final @Nullable TokenMatcher constraint;
  private final ReasoningBudget budget;

  TokenChooser(Sampler sampler, @Nullable TokenMatcher constraint, ReasoningBudget budget) {
    this.sampler = sampler;
    this.constraint = constraint;
    this.budget = budget;
  }

  /** The next token for the logits of the last one. Changes nothing. */
  int choose(MemorySegment logits) {
    int forced = budget.forced();
    if (forced >= 0) {
      return forced;
    }
    return sampler.sample(logits, constraint == null ? null : constraint.mask());
  }

  /** Takes the token that was chosen, unless it ends the reply. */
  void accept(int id) {
    sampler.accept(id);
    budget.accept(id);
    if (constraint != null) {
      constraint.accept(id);
    }
  }

  /** Has made what the next choice needs, while the model computes. */
  void prepare() {
    if (constraint != null && budget.forced() < 0) {
      constraint.prepare();
    }
  }

  /** Whether nothing may follow but the end. */
  boolean complete() {
    return constraint != null && constraint.mustEnd();
  }
}
