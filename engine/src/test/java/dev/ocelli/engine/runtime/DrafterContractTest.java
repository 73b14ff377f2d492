package dev.ocelli.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.chat.Prompt;
import dev.ocelli.engine.sampling.StopRules;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

/** What is drafted, and what drafting costs when nothing comes true. */
class DrafterContractTest {
  private static final StopRules STOPS = StopRules.of(9);

  private static PromptLookup lookup(int... ids) {
    PromptLookup l = new PromptLookup();
    for (int id : ids) {
      l.add(id);
    }
    l.look();
    return l;
  }

  @Test
  void theLongestMatchIsContinued() {
    PromptLookup l = lookup(1, 2, 3, 4, 7, 3, 5, 1, 2, 3);
    assertThat(l.matched()).isEqualTo(3);
    assertThat(l.guess(4)).containsExactly(4, 7, 3, 5);
  }

  @Test
  void ofEquallyLongMatchesTheLastIsContinued() {
    assertThat(lookup(3, 4, 3, 5, 3).guess(1)).containsExactly(5);
  }

  @Test
  void aMatchThatReachesTheEndRepeatsItself() {
    assertThat(lookup(8, 1, 2, 1, 2).guess(5)).containsExactly(1, 2, 1, 2, 1);
    assertThat(lookup(6, 6).guess(3)).containsExactly(6, 6, 6);
  }

  @Test
  void picturesAndWhatIsNewMatchNothing() {
    assertThat(lookup(1, 2, 3).guess(3)).isEmpty();
    assertThat(lookup(1, -1, -1, 2, 1).guess(3)).isEmpty();
    assertThat(lookup(5, 1, -1, 2, 5).guess(3)).containsExactly(1);
    assertThat(lookup(1, -1, -1).matched()).isZero();
    assertThat(lookup().matched()).isZero();
  }

  @Test
  void nothingIsDraftedBeyondTheRoom() {
    Drafter d = new Drafter(new StepCosts(), STOPS, 5);
    d.begin(prompt(1, 2, 3, 4, 5, 6, 7, 8, 1), List.of());
    assertThat(d.draft(20, 0)).containsExactly(2, 3, 4, 5, 6);
    assertThat(d.draft(2, 0)).containsExactly(2, 3);
    assertThat(d.draft(0, 0)).isEmpty();
    assertThat(d.draft(-3, 0)).isEmpty();
    Drafter off = new Drafter(new StepCosts(), STOPS, 0);
    off.begin(prompt(1, 2, 1), List.of());
    assertThat(off.draft(20, 0)).isEmpty();
  }

  @Test
  void stopTokensOfEarlierTurnsAreNotDrafted() {
    Drafter d = new Drafter(new StepCosts(), STOPS, 5);
    d.begin(prompt(1, 2, 9, 4, 1), List.of());
    assertThat(d.draft(20, 0)).containsExactly(2);
  }

  private static Prompt prompt(int... ids) {
    return new Prompt(ids, List.of());
  }

  /** Steps whose time is a function of their rows; the reply is a function of the place. */
  private record Run(double time, double plain, int steps) {
    static Run of(int tokens, IntUnaryOperator reply, IntToDoubleFunction cost) {
      StepCosts costs = new StepCosts();
      Drafter d = new Drafter(costs, STOPS, EngineOptions.AUTO_DRAFT);
      d.begin(prompt(1, 2, 3), List.of());
      double time = 0;
      int steps = 0;
      for (int i = 0; i < tokens; ) {
        d.accept(reply.applyAsInt(i++));
        int[] draft = d.draft(1000, 0);
        time += cost.applyAsDouble(1 + draft.length);
        costs.note(1 + draft.length, cost.applyAsDouble(1 + draft.length));
        steps++;
        for (int k = 0; k < draft.length && draft[k] == reply.applyAsInt(i); k++) {
          d.accept(reply.applyAsInt(i++));
        }
      }
      return new Run(time, tokens * cost.applyAsDouble(1), steps);
    }
  }

  @Test
  void repetitionsSaveSteps() {
    Run r = Run.of(400, i -> 100 + i % 37, rows -> 1 + 0.1 * rows);
    assertThat(r.steps).isLessThan(120);
    assertThat(r.time).isLessThan(0.5 * r.plain);
  }

  @Test
  void textWithoutRepetitionsCostsNoMoreThanAFewPerCent() {
    for (int seed = 0; seed < 5; seed++) {
      // Few different tokens: there is always a match, and it rarely means anything.
      int[] ids = new Random(seed).ints(2000, 100, 150).toArray();
      for (double slope : new double[] {0.05, 0.3, 1}) {
        Run r = Run.of(1900, i -> ids[i], rows -> 1 + slope * (rows - 1));
        assertThat(r.time).as("rows cost %s", slope).isLessThan(1.03 * r.plain);
      }
    }
  }

  @Test
  void whereEveryRowCostsAWholeStepNothingIsDraftedForLong() {
    Run r = Run.of(1000, i -> 100 + i % 37, rows -> rows);
    assertThat(r.time).isLessThan(1.03 * r.plain);
  }

  @Test
  void costsAreGuessedFromNeighbours() {
    StepCosts c = new StepCosts();
    assertThat(c.of(3)).isPositive();
    c.note(1, 100);
    assertThat(c.measured(1)).isTrue();
    assertThat(c.measured(2)).isFalse();
    assertThat(c.of(2)).isBetween(100.0, 120.0);
    c.note(4, 110);
    assertThat(c.of(3)).isBetween(100.0, 110.0);
    c.note(4, 5000); // a disturbed step
    assertThat(c.of(4)).isEqualTo(110);
    for (int i = 0; i < 300; i++) {
      c.note(1, 200);
    }
    assertThat(c.of(1)).isBetween(199.0, 201.0);
    assertThat(c.measured(4)).isFalse();
  }
}
