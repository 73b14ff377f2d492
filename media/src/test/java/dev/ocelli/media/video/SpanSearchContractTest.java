package dev.ocelli.media.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.vision.ClipSource;
import dev.ocelli.engine.vision.RgbImage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Spans are found with few questions, whatever the shots are. */
class SpanSearchContractTest {
  private static final SpanSearch.Rules RULES = new SpanSearch.Rules(4, 0.3, 0.5, 1000);

  /** Red from one frame to another, else grey; 4 frames a second. */
  private static ClipSource clip(int frames, int... redFromTo) {
    List<RgbImage> all = new ArrayList<>();
    for (int i = 0; i < frames; i++) {
      boolean red = false;
      for (int k = 0; k < redFromTo.length; k += 2) {
        red |= i >= redFromTo[k] && i < redFromTo[k + 1];
      }
      all.add(red ? Drawn.plain(16, 16, 255, 0, 0) : Drawn.plain(16, 16, 85, 85, 85));
    }
    return new VideoFile(null, VideoLimits.DEFAULT).of(Drawn.gif(all, 25), "clip");
  }

  private static double red(int index, RgbImage frame) {
    return frame.rgb()[1] == 0 ? 0.9 : 0.2;
  }

  private static List<Shots.Shot> shots(ClipSource clip) {
    return Shots.find(clip, 4, () -> false, (done, total) -> {});
  }

  @Test
  void cutsAreFound() {
    assertThat(shots(clip(100, 10, 20, 70, 71)))
        .containsExactly(
            new Shots.Shot(0, 10),
            new Shots.Shot(10, 20),
            new Shots.Shot(20, 70),
            new Shots.Shot(70, 71),
            new Shots.Shot(71, 100));
    assertThat(shots(clip(30))).containsExactly(new Shots.Shot(0, 30));
    assertThat(Shots.find(clip(30, 5, 9), 4, () -> true, (done, total) -> {}))
        .containsExactly(new Shots.Shot(0, 30));
  }

  @Test
  void spansOfShotsAreExact() {
    ClipSource clip = clip(400, 0, 8, 100, 120, 121, 140, 399, 400);
    SpanSearch search = new SpanSearch(clip, shots(clip), RULES);
    search.run(SpanSearchContractTest::red);
    assertThat(search.complete()).isTrue();
    assertThat(search.spans())
        .extracting(SpanSearch.Span::start, SpanSearch.Span::end)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(0.0, 2.0),
            org.assertj.core.groups.Tuple.tuple(25.0, 30.0),
            org.assertj.core.groups.Tuple.tuple(30.25, 35.0),
            org.assertj.core.groups.Tuple.tuple(99.75, 100.0));
    assertThat(search.spans().getFirst().confidence()).isEqualTo(0.9);
    assertThat(search.questions()).isEqualTo(search.coarseQuestions()).isLessThan(60);
  }

  /** Without cuts the ends are found by halving. */
  @Test
  void spansWithinAShotAreExactToThePrecision() {
    ClipSource clip = clip(400, 33, 101, 220, 251);
    List<Shots.Shot> one = List.of(new Shots.Shot(0, 400));
    SpanSearch search = new SpanSearch(clip, one, RULES);
    search.run(SpanSearchContractTest::red);
    assertThat(search.complete()).isTrue();
    assertThat(search.spans())
        .extracting(SpanSearch.Span::start, SpanSearch.Span::end)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(33 / 4.0, 101 / 4.0),
            org.assertj.core.groups.Tuple.tuple(220 / 4.0, 251 / 4.0));
    assertThat(search.questions()).isLessThan(26 + 4 * 4 + 1);
  }

  @Test
  void whatWasFoundIsKeptWhenItEndsEarly() {
    ClipSource clip = clip(400, 10, 40, 300, 340);
    SpanSearch few = new SpanSearch(clip, shots(clip), new SpanSearch.Rules(4, 0.3, 0.5, 8));
    few.run(SpanSearchContractTest::red);
    assertThat(few.complete()).isFalse();
    assertThat(few.questions()).isEqualTo(8);
    assertThat(few.spans())
        .extracting(SpanSearch.Span::start, SpanSearch.Span::end)
        .containsExactly(org.assertj.core.groups.Tuple.tuple(2.5, 10.0));
    SpanSearch stopped = new SpanSearch(clip, shots(clip), RULES);
    stopped.run((index, frame) -> index >= 12 ? Double.NaN : red(index, frame));
    assertThat(stopped.complete()).isFalse();
    assertThat(stopped.spans()).hasSize(1);
    assertThat(new SpanSearch(clip, shots(clip), RULES).spans()).isEmpty();
  }

  @Test
  void rulesAreChecked() {
    for (double[] r :
        new double[][] {
          {0, 1, 0.5, 9}, {1, 2, 0.5, 9}, {1, 1, 0, 9}, {1, 1, 1, 9}, {1, 1, 0.5, 0}
        }) {
      assertThatThrownBy(() -> new SpanSearch.Rules(r[0], r[1], r[2], (int) r[3]))
          .isInstanceOf(OcelliException.class);
    }
  }
}
