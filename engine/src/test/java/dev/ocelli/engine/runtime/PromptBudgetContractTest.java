package dev.ocelli.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Prompt rows beside replies are as many as their time allows. */
class PromptBudgetContractTest {
  private static final double TOKEN = 40e6;

  private final StepCosts costs = new StepCosts();
  private final PromptBudget budget = new PromptBudget(costs);

  private void note(int times, double nanosARow) {
    for (int i = 0; i < times; i++) {
      int rows = budget.rows(1);
      budget.note(1, rows, TOKEN + rows * nanosARow);
    }
  }

  @Test
  void unknownCostsGetFewRows() {
    assertThat(budget.rows(1)).isEqualTo(PromptBudget.UNKNOWN);
    budget.note(1, 8, 1e9); // nothing is known of replies alone: no measure
    assertThat(budget.rows(1)).isEqualTo(PromptBudget.UNKNOWN);
  }

  @Test
  void aStepTakesLessThanTwiceATokensTime() {
    costs.note(1, TOKEN);
    note(1, 5e6);
    assertThat(budget.rows(1)).isEqualTo(5);
    note(20, 2e6);
    assertThat(TOKEN + budget.rows(1) * 2e6).isBetween(1.5 * TOKEN, 1.7 * TOKEN);
  }

  @Test
  void promptsGetOnAndStepsHaveAnEnd() {
    costs.note(1, TOKEN);
    note(40, 500e6);
    assertThat(budget.rows(1)).isEqualTo(PromptBudget.LEAST);
    note(40, 1e3);
    assertThat(budget.rows(1)).isEqualTo(PromptBudget.MOST);
  }
}
