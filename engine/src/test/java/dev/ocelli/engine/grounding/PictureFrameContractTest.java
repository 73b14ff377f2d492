package dev.ocelli.engine.grounding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.vision.ImageLimits;
import dev.ocelli.engine.vision.ImageOptions;
import dev.ocelli.engine.vision.ImagePlan;
import dev.ocelli.engine.vision.ImageSize;
import dev.ocelli.engine.vision.PatchSpec;
import dev.ocelli.engine.vision.Preprocessing;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Boxes go to pixels and back without a loss, whatever the picture's size and resizing. */
class PictureFrameContractTest {
  private static List<ImageSize> sizes() {
    List<ImageSize> sizes = new ArrayList<>();
    Random random = new Random(7);
    for (int i = 0; i < 300; i++) {
      int w = 1 + random.nextInt(i % 3 == 0 ? 20_000 : 400);
      sizes.add(new ImageSize(w, Math.max(1, Math.ceilDiv(w, 1 + random.nextInt(20)))));
    }
    sizes.add(new ImageSize(1, 1));
    sizes.add(new ImageSize(65_535, 65_535));
    return sizes;
  }

  private static PictureFrame frame(ImageSize size, Preprocessing preprocessing) {
    ImageOptions options =
        new ImageOptions(preprocessing, OptionalInt.empty(), OptionalInt.empty());
    return PictureFrame.of(
        ImagePlan.of(size, options, new ImageLimits(65_536, 16_777_216), PatchSpec.QWEN3_VL));
  }

  @Test
  void whatFillsTheCanvasIsExactToTheLastDecimal() {
    for (ImageSize size : sizes()) {
      PictureFrame frame = frame(size, Preprocessing.HF);
      for (int r = 0; r <= 1000; r++) {
        double[] p = frame.pixels(new Shape.Point(r, r)).numbers();
        assertThat(p[0])
            .isEqualTo(BigDecimal.valueOf(r * (long) size.width(), 3).doubleValue())
            .isEqualTo(PictureFrame.rounded(p[0]));
        assertThat(p[1]).isEqualTo(BigDecimal.valueOf(r * (long) size.height(), 3).doubleValue());
      }
    }
  }

  @Test
  void thousandthsComeBackFromPixelsOfThreeDecimals() {
    for (ImageSize size : sizes()) {
      PictureFrame frame = frame(size, Preprocessing.HF);
      for (int r = 0; r <= 1000; r++) {
        Shape pixels =
            frame
                .pixels(new Shape.Point(r, 1000 - r))
                .map(PictureFrame::rounded, PictureFrame::rounded);
        double[] back = frame.relative(pixels).numbers();
        assertThat(Math.rint(back[0])).isEqualTo(r);
        assertThat(Math.rint(back[1])).isEqualTo(1000 - r);
      }
    }
  }

  @Test
  void letterboxesAreUndone() {
    for (ImageSize size : sizes()) {
      PictureFrame frame = frame(size, Preprocessing.LLAMA_CPP);
      double left = 1000.0 * frame.placement().x() / frame.canvas().width();
      double right =
          1000.0 * (frame.placement().x() + frame.placement().width()) / frame.canvas().width();
      double top = 1000.0 * frame.placement().y() / frame.canvas().height();
      double bottom =
          1000.0 * (frame.placement().y() + frame.placement().height()) / frame.canvas().height();
      double[] p = frame.pixels(new Shape.Box(left, top, right, bottom)).numbers();
      assertThat(PictureFrame.rounded(p[0])).isZero();
      assertThat(PictureFrame.rounded(p[1])).isZero();
      assertThat(PictureFrame.rounded(p[2])).isEqualTo(size.width());
      assertThat(PictureFrame.rounded(p[3])).isEqualTo(size.height());
      for (int r = (int) Math.ceil(left); r <= right; r += 7) {
        double y = (top + bottom) / 2;
        double[] back = frame.relative(frame.pixels(new Shape.Point(r, y))).numbers();
        assertThat(Math.rint(back[0])).isEqualTo(r);
      }
    }
  }

  @Test
  void whatLiesOutsideOfThePictureIsMovedToItsEdge() {
    PictureFrame frame = frame(new ImageSize(200, 100), Preprocessing.HF);
    assertThat(frame.pixels(new Shape.Box(-50, 900, 500, 2000)))
        .isEqualTo(new Shape.Box(0, 90, 100, 100));
  }

  @Test
  void storedPixelsAreTheUprightOnesTurnedBack() {
    Random random = new Random(3);
    for (int orientation = 1; orientation <= 8; orientation++) {
      StoredFrame frame = new StoredFrame(new ImageSize(640, 480), orientation);
      for (int i = 0; i < 200; i++) {
        Shape box =
            Shape.Box.of(
                random.nextInt(480), random.nextInt(480), random.nextInt(480), random.nextInt(480));
        assertThat(frame.upright(frame.stored(box))).isEqualTo(box);
        assertThat(frame.stored(frame.upright(box))).isEqualTo(box);
      }
    }
    // Turned clockwise to be upright: the upper left corner of the picture is the file's lower
    // left.
    StoredFrame six = new StoredFrame(new ImageSize(640, 480), 6);
    assertThat(six.stored(new Shape.Point(0, 0))).isEqualTo(new Shape.Point(0, 480));
    assertThat(six.stored(new Shape.Box(10, 20, 30, 50)))
        .isEqualTo(new Shape.Box(20, 450, 50, 470));
  }

  @Test
  void overlapIsWhatIsSharedByWhatIsCovered() {
    Shape.Box a = new Shape.Box(0, 0, 10, 10);
    assertThat(a.overlap(a)).isEqualTo(1);
    assertThat(a.overlap(new Shape.Box(5, 0, 15, 10))).isEqualTo(50.0 / 150);
    assertThat(a.overlap(new Shape.Box(20, 20, 30, 30))).isZero();
    assertThat(new Shape.Box(1, 1, 1, 1).overlap(new Shape.Box(1, 1, 1, 1))).isZero();
  }
}
