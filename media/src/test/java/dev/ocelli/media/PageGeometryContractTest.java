package dev.ocelli.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.vision.ImageSize;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From a page to its picture and back, and which pages are meant. */
class PageGeometryContractTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 90, 180, 270})
  void roundTripsAreExact(int rotation) {
    PageGeometry g = new PageGeometry(-16, 32, 240, 160, rotation);
    ImageSize picture = new ImageSize(1024, 512);
    Random random = new Random(rotation);
    for (int i = 0; i < 1000; i++) {
      // Binary fractions: no step rounds.
      PagePoint pixel = new PagePoint(random.nextInt(4096) / 4.0, random.nextInt(2048) / 4.0);
      PagePoint shown = g.pictureToShown(pixel, picture);
      assertThat(g.shownToPicture(shown, picture)).isEqualTo(pixel);
      assertThat(g.userToShown(g.shownToUser(shown))).isEqualTo(shown);
      assertThat(shown.x()).isBetween(0.0, g.width());
      assertThat(shown.y()).isBetween(0.0, g.height());
      PagePoint user = g.shownToUser(shown);
      assertThat(user.x()).isBetween(-16.0, 240.0);
      assertThat(user.y()).isBetween(32.0, 160.0);
    }
  }

  /** Where the lower left corner of the stored page is shown. */
  @ParameterizedTest
  @CsvSource({"0,0,128", "90,0,0", "180,256,0", "270,128,256"})
  void cornersTurnClockwise(int rotation, double x, double y) {
    PageGeometry g = new PageGeometry(-16, 32, 240, 160, rotation);
    assertThat(g.userToShown(new PagePoint(-16, 32))).isEqualTo(new PagePoint(x, y));
  }

  @Test
  void impossiblePagesAreNone() {
    assertThatThrownBy(() -> new PageGeometry(0, 0, 0, 1, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new PageGeometry(0, 0, 1, Double.NaN, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new PageGeometry(0, 0, 1, 1, 45))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void rangesNamePages() {
    Document five = Documents.open(PdfFiles.texts("a", "b", "c", "d", "e"), "a.pdf", options());
    assertThat(PageRange.of("1-2,5", five)).containsExactly(0, 1, 4);
    assertThat(PageRange.of("4-", five)).containsExactly(3, 4);
    assertThat(PageRange.of("-2", five)).containsExactly(0, 1);
    assertThat(PageRange.of(" 3 , 1", five)).containsExactly(2, 0);
    for (String wrong : new String[] {"", "-", "1,", "a", "1-2-3", "1.5", "9999999999"}) {
      assertThatThrownBy(() -> PageRange.of(wrong, five))
          .isInstanceOf(OcelliException.class)
          .hasMessage("'" + wrong + "' names no pages; write for example 1-5,9 or 12-");
    }
    for (String missing : new String[] {"0", "6", "3-6", "4-2", "6-"}) {
      assertThatThrownBy(() -> PageRange.of(missing, five))
          .hasMessage("a.pdf: pages '" + missing + "' are asked for, but it has 5 pages, 1 to 5");
    }
  }

  private static DocumentOptions options() {
    return DocumentOptions.DEFAULT;
  }
}
