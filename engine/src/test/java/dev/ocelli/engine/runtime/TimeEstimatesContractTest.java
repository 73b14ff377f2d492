package dev.ocelli.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ocelli.engine.kernels.Operations;
import dev.ocelli.engine.runtime.TimeEstimates.Basis;
import dev.ocelli.engine.vision.Grid;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Estimates over a machine whose rates are known. */
class TimeEstimatesContractTest {
  private static final Grid GRID = new Grid(1, 16, 16);

  private final List<Operations> measured = new ArrayList<>();

  /** Does 100 x 10^9 operations a second in bytes, 50 in bfloat16. */
  private final Roofline machine =
      new Roofline() {
        @Override
        public Operations prompt(int before, int tokens) {
          return new Operations(1_000_000_000L * tokens, 0, 0);
        }

        @Override
        public Operations picture(Grid grid) {
          return new Operations(0, 70_000_000L * grid.patches(), 0);
        }

        @Override
        public double gigabytesPerSecond() {
          return 10;
        }

        @Override
        public double gigaOperationsPerSecond(Operations work) {
          measured.add(work);
          return work.int8() > 0 ? 100 : 50;
        }
      };

  private static Reply reply(Reply.Origin picture, int prompt, int reused, double ms) {
    return new Reply(
        "",
        null,
        List.of(),
        Reply.Finish.STOP,
        null,
        prompt,
        new Reply.Reused(reused, 0, 0),
        List.of(),
        List.of(new Reply.MediaUse(256, 256, 256, 256, GRID, 64, picture)),
        new Reply.Drafts(0, 0),
        new Reply.Timings(0, 0, 0, ms, ms, 0));
  }

  @Test
  void theMachineIsMeasuredOnceForEachKind() {
    TimeEstimates times = new TimeEstimates(machine, () -> true);
    assertThat(times.basis()).isEqualTo(Basis.NOTHING);
    for (int i = 0; i < 3; i++) {
      assertThat(times.picture(GRID)).isEqualTo(256 * 0.07 / (50 * 0.7), within(1e-9));
      assertThat(times.prompt(5, 56)).isEqualTo(1, within(1e-9));
    }
    assertThat(measured).hasSize(2);
    assertThat(times.basis()).isEqualTo(Basis.MACHINE);
    assertThat(times.prompt(5, 0)).isZero();
  }

  @Test
  void nothingIsMeasuredWhileItWouldDisturb() {
    boolean[] idle = new boolean[1];
    TimeEstimates times = new TimeEstimates(machine, () -> idle[0]);
    assertThat(times.prompt(0, 10)).isNaN();
    assertThat(times.picture(GRID)).isNaN();
    assertThat(measured).isEmpty();
    times.learn(reply(Reply.Origin.COMPUTED, 100, 0, 2000));
    assertThat(times.prompt(0, 10)).isEqualTo(0.2, within(1e-9));
    assertThat(times.picture(GRID)).isEqualTo(2, within(1e-9));
    assertThat(times.basis()).isEqualTo(Basis.REPLIES);
    idle[0] = true;
    times.prompt(0, 10);
    assertThat(measured).isEmpty();
  }

  @Test
  void theLastRepliesCountBySizeAndNotTinyOnes() {
    TimeEstimates times = new TimeEstimates(machine, () -> false);
    times.learn(reply(Reply.Origin.MEMORY, 90, 80, 500));
    assertThat(times.prompt(0, 10)).isNaN();
    assertThat(times.picture(GRID)).isNaN();
    times.learn(reply(Reply.Origin.PREFIX, 300, 100, 4000));
    times.learn(reply(Reply.Origin.PREFIX, 100, 0, 1000));
    assertThat(times.prompt(0, 200)).isEqualTo(3, within(1e-9));
    assertThat(times.picture(GRID)).isNaN();
  }
}
