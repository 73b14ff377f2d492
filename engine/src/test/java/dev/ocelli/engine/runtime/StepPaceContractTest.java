package dev.ocelli.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Turns of long work and steps are over within twice the time of a step, where they can be. */
class StepPaceContractTest {
  private static final long TOKEN = 40_000_000;

  private final StepPace pace = new StepPace();

  private void tokens(int times, long nanos) {
    for (int i = 0; i < times; i++) {
      pace.note(1, 0, nanos);
    }
  }

  @Test
  void aTurnIsAShareOfAStep() {
    tokens(1, TOKEN);
    assertThat(TOKEN + pace.turn(true)).isBetween((long) (1.3 * TOKEN), (long) (1.5 * TOKEN));
  }

  @Test
  void stepsThatTakeLongerLeaveShorterTurns() {
    tokens(StepPace.WINDOW, TOKEN);
    pace.note(1, 4, TOKEN * 3 / 2);
    long beside = pace.turn(true);
    assertThat(beside).isBetween(TOKEN / 20, TOKEN / 5);
    tokens(2, 3 * TOKEN);
    assertThat(pace.turn(true)).isEqualTo(TOKEN / 10);
    tokens(StepPace.WINDOW, TOKEN);
    assertThat(pace.turn(true)).isGreaterThan(TOKEN / 3);
  }

  @Test
  void stepsThatStayLongerAreUsualSoon() {
    tokens(StepPace.WINDOW, TOKEN);
    tokens(StepPace.WINDOW, 3 * TOKEN);
    assertThat(pace.turn(true)).isGreaterThan(TOKEN);
  }

  @Test
  void turnsHaveBounds() {
    assertThat(pace.turn(true)).isEqualTo(1_000_000);
    assertThat(pace.turn(false)).isEqualTo(1_000_000);
    pace.note(0, 512, 5_000_000_000L);
    assertThat(pace.turn(false)).isEqualTo(100_000_000);
    tokens(1, TOKEN);
    assertThat(pace.turn(true)).isLessThan(TOKEN / 2);
  }
}
