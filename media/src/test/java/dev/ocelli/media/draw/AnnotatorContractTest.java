package dev.ocelli.media.draw;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.grounding.Shape;
import dev.ocelli.engine.vision.RgbImage;
import dev.ocelli.media.DecodeOptions;
import dev.ocelli.media.ImageDecoder;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Marks are where they belong, can be read on any ground, and are the same every time. */
class AnnotatorContractTest {
  private static RgbImage plain(int w, int h, int value) {
    byte[] rgb = new byte[w * h * 3];
    Arrays.fill(rgb, (byte) value);
    return new RgbImage(w, h, rgb);
  }

  private static int at(RgbImage image, int x, int y) {
    int i = (y * image.width() + x) * 3;
    return (image.rgb()[i] & 0xFF) << 16
        | (image.rgb()[i + 1] & 0xFF) << 8
        | image.rgb()[i + 2] & 0xFF;
  }

  private static Set<Integer> colours(RgbImage image) {
    Set<Integer> all = new HashSet<>();
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < image.width(); x++) {
        all.add(at(image, x, y));
      }
    }
    return all;
  }

  @Test
  void aBoxIsAFrameAroundItsPixels() {
    RgbImage picture = plain(200, 100, 0x80);
    RgbImage drawn =
        Annotator.draw(picture, List.of(new Annotator.Mark("", new Shape.Box(20, 30, 60, 70))));
    assertThat(at(drawn, 20, 30)).isEqualTo(0xE6194B);
    assertThat(at(drawn, 59, 69)).isEqualTo(0xE6194B);
    assertThat(at(drawn, 19, 29)).isEqualTo(0xFFFFFF);
    assertThat(at(drawn, 40, 50)).isEqualTo(0x808080);
    assertThat(at(drawn, 10, 10)).isEqualTo(0x808080);
    assertThat(colours(picture)).containsExactly(0x808080);
  }

  @Test
  void equalLabelsHaveEqualColoursAndAnInkThatIsReadOnThem() {
    Shape.Box left = new Shape.Box(10, 40, 60, 80);
    Shape.Box middle = new Shape.Box(110, 40, 160, 80);
    Shape.Box right = new Shape.Box(210, 40, 260, 80);
    RgbImage drawn =
        Annotator.draw(
            plain(300, 100, 0),
            List.of(
                new Annotator.Mark("cat", left),
                new Annotator.Mark("dog", middle),
                new Annotator.Mark("cat", right)));
    assertThat(at(drawn, 10, 40)).isEqualTo(at(drawn, 210, 40));
    assertThat(at(drawn, 110, 40)).isNotEqualTo(at(drawn, 10, 40));
    // Ground, two colours, white and black: nothing between, whose look would depend on the
    // machine.
    assertThat(colours(drawn)).hasSizeLessThanOrEqualTo(5);
  }

  @Test
  void anyMarksFitAnyPicture() {
    Random random = new Random(11);
    String[] labels = {
      "", "x", "a long label that has no room in most pictures", "猫", "\n\t\u0000", "\ud83d"
    };
    for (int i = 0; i < 300; i++) {
      RgbImage picture = plain(1 + random.nextInt(80), 1 + random.nextInt(80), i);
      double[] n = random.doubles(4, -200, 300).toArray();
      String label = labels[i % labels.length];
      List<Annotator.Mark> marks =
          List.of(
              new Annotator.Mark(label, Shape.Box.of(n[0], n[1], n[2], n[3])),
              new Annotator.Mark(label, new Shape.Point(n[0], n[3])));
      RgbImage once = Annotator.draw(picture, marks);
      assertThat(Annotator.draw(picture, marks).rgb()).isEqualTo(once.rgb());
    }
  }

  @Test
  void pngsHoldThePixels() {
    Random random = new Random(5);
    for (int i = 0; i < 20; i++) {
      RgbImage picture = plain(1 + random.nextInt(300), 1 + random.nextInt(300), 0);
      random.nextBytes(picture.rgb());
      RgbImage back = ImageDecoder.decode(PngWriter.png(picture), "png", DecodeOptions.DEFAULT);
      assertThat(back.width()).isEqualTo(picture.width());
      assertThat(back.rgb()).isEqualTo(picture.rgb());
    }
    assertThat(PngWriter.dataUrl(plain(1, 1, 0))).startsWith("data:image/png;base64,iVBORw0KGgo");
  }

  @Test
  void shrinkingKeepsBelowTheLimitAndMeans() {
    RgbImage small = plain(10, 10, 7);
    assertThat(Annotator.shrunk(small, 100)).isSameAs(small);
    RgbImage half = Annotator.shrunk(plain(11, 10, 7), 100);
    assertThat(half.width()).isEqualTo(6);
    assertThat(half.height()).isEqualTo(5);
    assertThat(colours(half)).containsExactly(0x070707);
  }
}
