package dev.ocelli.engine.runtime;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.grammar.Constraint;
import dev.ocelli.engine.grammar.ToolChoice;

/**
 * What a reply may look like and when it is to end, beyond the sampling of its tokens.
 *
 * @param constraint of the answer
 * @param toolChoice whether tools are called
 * @param parallelCalls whether a reply may call more than one
 * @param thinking whether the model reasons before it answers
 * @param reasoningBudget tokens of reasoning after which it is closed; {@link #UNLIMITED} for no
 *     limit
 * @param loopGuard whether a reply that only repeats itself is ended
 * @param continuesLast whether the reply continues the last message, an assistant's, instead of
 *     answering it; constraints are of what is added
 */
public record Control(
    Constraint constraint,
    ToolChoice toolChoice,
    boolean parallelCalls,
    Thinking thinking,
    int reasoningBudget,
    boolean loopGuard,
    boolean continuesLast) {

  /** No limit to the reasoning. */
  public static final int UNLIMITED = -1;

  /** What the model does by itself, ended where it only repeats itself. */
  public static final Control DEFAULT =
      new Control(
          Constraint.None.INSTANCE, ToolChoice.AUTO, true, Thinking.AUTO, UNLIMITED, true, false);

  /** Whether the model reasons before it answers. */
  public enum Thinking {
    /** As the chat template has it. */
    AUTO,
    /** It does; an error with a template that knows no reasoning. */
    ON,
    /** It does not: the template leaves the reasoning out, or it is closed at once. */
    OFF
  }

  /** Checks the budget. */
  public Control {
    if (reasoningBudget < UNLIMITED) {
      throw new OcelliException(
          OcelliException.Kind.USAGE,
          "the reasoning budget is %d; give a number of tokens, 0 for none or -1 for no limit"
              .formatted(reasoningBudget));
    }
  }

  /** The same with another constraint. */
  public Control withConstraint(Constraint c) {
    return new Control(
        c, toolChoice, parallelCalls, thinking, reasoningBudget, loopGuard, continuesLast);
  }

  /** The same with another choice of tools. */
  public Control withTools(ToolChoice choice, boolean parallel) {
    return new Control(
        constraint, choice, parallel, thinking, reasoningBudget, loopGuard, continuesLast);
  }

  /** The same with other reasoning. */
  public Control withThinking(Thinking t, int budget) {
    return new Control(constraint, toolChoice, parallelCalls, t, budget, loopGuard, continuesLast);
  }

  /** The same with or without the guard against loops. */
  public Control withLoopGuard(boolean guard) {
    return new Control(
        constraint, toolChoice, parallelCalls, thinking, reasoningBudget, guard, continuesLast);
  }

  /** The same for a reply that continues the last message, an assistant's. */
  public Control continuingLast() {
    return new Control(
        constraint, toolChoice, parallelCalls, thinking, reasoningBudget, loopGuard, true);
  }
}
