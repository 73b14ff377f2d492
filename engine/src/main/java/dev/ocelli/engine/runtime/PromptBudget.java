package dev.ocelli.engine.runtime;

/**
 * How many prompt rows may go with replies in a step, so that the replies' next tokens come after
 * less than twice the time of a step of theirs alone. By what steps took lately; not thread-safe.
 */
final class PromptBudget {
  /** More would hardly be faster: reading the weights is shared by these already. */
  static final int MOST = 32;

  /** Prompts must get on. */
  static final int LEAST = 2;

  /** Until something is measured. */
  static final int UNKNOWN = 4;

  /** What prompt rows may add to a step, as a share of its time without them. */
  private static final double SHARE = 0.6;

  private final StepCosts costs;

  /** Time that a prompt row adds, or 0 while that is unknown. */
  private double rowNanos;

  PromptBudget(StepCosts costs) {
    this.costs = costs;
  }

  /** Takes note of a step of replies and prompts. */
  void note(int replyRows, int promptRows, double nanos) {
    if (replyRows == 0 || promptRows == 0 || !known(replyRows)) {
      return;
    }
    double alone = costs.of(replyRows);
    double added = Math.max(nanos - alone, alone / 100) / promptRows;
    // What was disturbed once should not make prompts slow for long.
    rowNanos = rowNanos == 0 ? added : rowNanos + (Math.min(added, 3 * rowNanos) - rowNanos) / 4;
  }

  /** Prompt rows that may go with so many rows of replies; at least one of these. */
  int rows(int replyRows) {
    if (rowNanos == 0 || !known(replyRows)) {
      return UNKNOWN;
    }
    return Math.clamp(Math.round(SHARE * costs.of(replyRows) / rowNanos), LEAST, MOST);
  }

  /** Steps without prompts may not have occurred for long, but what they cost changes little. */
  private boolean known(int replyRows) {
    return replyRows <= StepCosts.ROWS && costs.everMeasured(replyRows);
  }
}
