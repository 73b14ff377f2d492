package dev.ocelli.media;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.grounding.PictureFrame;
import dev.ocelli.engine.grounding.Shape;
import dev.ocelli.engine.vision.ImageLimits;
import dev.ocelli.engine.vision.ImageOptions;
import dev.ocelli.engine.vision.ImagePlan;
import dev.ocelli.engine.vision.ImageSize;
import dev.ocelli.engine.vision.PatchSpec;
import dev.ocelli.engine.vision.Placement;
import dev.ocelli.engine.vision.Preprocessing;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * From a place in a PDF to what a model writes of it and back: page, picture, resized picture,
 * parts of a thousand. Nothing is lost, whatever the page, its turning, the resolution and the
 * limits of pictures are.
 */
class PageChainContractTest {
  @Test
  void whatAModelWritesOfAPageLeadsToItsPlaceInThePdfAndBack() {
    Random random = new Random(13);
    for (int i = 0; i < 400; i++) {
      double left = random.nextInt(200) - 100;
      double bottom = random.nextDouble() * 50;
      PageGeometry page =
          new PageGeometry(
              left,
              bottom,
              left + 50 + random.nextDouble() * 1000,
              bottom + 50 + random.nextDouble() * 1000,
              90 * random.nextInt(4));
      ImageSize picture = page.pixels(36 + random.nextInt(300));
      ImageOptions options =
          new ImageOptions(
              i % 4 == 0 ? Preprocessing.LLAMA_CPP : Preprocessing.HF,
              OptionalInt.empty(),
              OptionalInt.of(16 + random.nextInt(2000)));
      PictureFrame frame =
          PictureFrame.of(
              ImagePlan.of(picture, options, ImageLimits.PUBLISHED_IMAGE, PatchSpec.QWEN3_VL));
      Placement placed = frame.placement();
      for (int k = 0; k < 40; k++) {
        int x = within(random, placed.x(), placed.width(), frame.canvas().width());
        int y = within(random, placed.y(), placed.height(), frame.canvas().height());
        PagePoint inPdf = toPdf(page, picture, frame, x, y);
        assertThat(inPdf.x()).isBetween(page.left() - 1e-6, page.right() + 1e-6);
        assertThat(inPdf.y()).isBetween(page.bottom() - 1e-6, page.top() + 1e-6);
        double[] back = fromPdf(page, picture, frame, inPdf);
        assertThat(Math.rint(back[0])).isEqualTo(x);
        assertThat(Math.rint(back[1])).isEqualTo(y);
        assertThat(back[0]).isCloseTo(x, org.assertj.core.api.Assertions.within(1e-6));
      }
    }
  }

  /** A part of a thousand of the canvas that lies in the picture on it. */
  private static int within(Random random, int offset, int placed, int canvas) {
    int low = Math.ceilDiv(1000 * offset, canvas);
    int high = 1000 * (offset + placed) / canvas;
    return low + random.nextInt(high - low + 1);
  }

  private static PagePoint toPdf(
      PageGeometry page, ImageSize picture, PictureFrame frame, int x, int y) {
    double[] pixel = frame.pixels(new Shape.Point(x, y)).numbers();
    return page.shownToUser(page.pictureToShown(new PagePoint(pixel[0], pixel[1]), picture));
  }

  private static double[] fromPdf(
      PageGeometry page, ImageSize picture, PictureFrame frame, PagePoint inPdf) {
    PagePoint pixel = page.shownToPicture(page.userToShown(inPdf), picture);
    return frame.relative(new Shape.Point(pixel.x(), pixel.y())).numbers();
  }
}
