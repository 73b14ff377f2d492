package dev.ocelli.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ocelli.engine.vision.ImageSize;
import dev.ocelli.engine.vision.RgbImage;
import java.awt.image.BufferedImage;
import java.util.List;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages are shown as they are: pixels, geometry and words. */
class PdfDocumentGoldenTest {
  private static Document open(byte[] pdf) {
    return Documents.open(pdf, "a.pdf", DocumentOptions.DEFAULT);
  }

  @Test
  void pictureInItsOwnSizeKeepsItsPixels() {
    BufferedImage image = PdfFiles.noise(96, 64, 1);
    RgbImage page = open(PdfFiles.picture(image)).render(0, new ImageSize(96, 64));
    for (int y = 0; y < 64; y++) {
      for (int x = 0; x < 96; x++) {
        assertThat(PdfFiles.rgb(page, x, y)).isEqualTo(image.getRGB(x, y) & 0xFFFFFF);
      }
    }
  }

  @Test
  void resolutionFitsThePage() {
    Document letter = open(PdfFiles.of(d -> PdfFiles.page(d, 612, 792, (p, out) -> {})));
    assertThat(letter.size(0)).isEqualTo(new ImageSize(1224, 1584));
    Document poster = open(PdfFiles.of(d -> PdfFiles.page(d, 6120, 7920, (p, out) -> {})));
    assertThat(poster.size(0).pixels())
        .isBetween(DocumentOptions.AUTO_PIXELS - 5000, DocumentOptions.AUTO_PIXELS + 5000);
    Document wanted =
        Documents.open(
            PdfFiles.of(d -> PdfFiles.page(d, 612, 792, (p, out) -> {})),
            "a.pdf",
            DocumentOptions.DEFAULT.with(null, 72));
    assertThat(wanted.size(0)).isEqualTo(new ImageSize(612, 792));
  }

  /** Four coloured corners of a crop box that does not begin at the origin. */
  private static byte[] corners(int rotation) {
    return PdfFiles.of(d -> {
      PDPage page =
          PdfFiles.page(
              d,
              300,
              400,
              (p, out) -> {
                out.setNonStrokingColor(0, 0, 0);
                out.addRect(0, 0, 300, 400);
                out.fill();
                out.setNonStrokingColor(1, 0, 0);
                out.addRect(50, 100, 10, 10);
                out.fill();
                out.setNonStrokingColor(0, 1, 0);
                out.addRect(140, 290, 10, 10);
                out.fill();
              });
      page.setCropBox(new PDRectangle(50, 100, 100, 200));
      page.setRotation(rotation);
    });
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 90, 180, 270})
  void geometryFindsWhatIsDrawn(int rotation) {
    Document document = open(corners(rotation));
    PageGeometry geometry = document.geometry(0);
    assertThat(geometry).isEqualTo(new PageGeometry(50, 100, 150, 300, rotation));
    ImageSize size = geometry.pixels(72 * 2);
    assertThat(size)
        .isEqualTo(rotation % 180 == 0 ? new ImageSize(200, 400) : new ImageSize(400, 200));
    RgbImage image = document.render(0, size);
    assertThat(at(image, geometry, size, 55, 105)).isEqualTo(0xFF0000);
    assertThat(at(image, geometry, size, 145, 295)).isEqualTo(0x00FF00);
    assertThat(at(image, geometry, size, 100, 200)).isEqualTo(0x000000);
    assertThat(at(image, geometry, size, 145, 105)).isEqualTo(0x000000);
  }

  private static int at(RgbImage image, PageGeometry g, ImageSize size, double x, double y) {
    PagePoint p = g.shownToPicture(g.userToShown(new PagePoint(x, y)), size);
    return PdfFiles.rgb(image, (int) p.x(), (int) p.y());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 90, 180, 270})
  void wordsHaveTheirPlaces(int rotation) {
    byte[] pdf =
        PdfFiles.of(d -> {
          PDFont font = PdfFiles.font(d);
          PDPage page =
              PdfFiles.page(
                  d,
                  300,
                  400,
                  (p, out) -> {
                    PdfFiles.write(out, font, 20, 60, 200, "red HHH");
                    PdfFiles.write(out, font, 20, 60, 150, "HHH");
                  });
          page.setCropBox(new PDRectangle(50, 100, 200, 250));
          page.setRotation(rotation);
        });
    Document document = open(pdf);
    PageText text = document.text(0);
    assertThat(text.text().split("\\s+")).containsExactly("red", "HHH", "HHH");
    List<PageText.Word> words = text.words();
    assertThat(words).hasSize(3);
    PageGeometry g = document.geometry(0);
    RgbImage image = document.render(0, g.pixels(144));
    PageBox last = words.getLast().box();
    // The letters begin at (60, 150) of the page's own space.
    PagePoint start = g.userToShown(new PagePoint(60, 150));
    assertThat(start.x()).isBetween(last.left() - 0.01, last.right() + 0.01);
    assertThat(start.y()).isBetween(last.top() - 0.01, last.bottom() + 0.01);
    double along = rotation % 180 == 0 ? last.right() - last.left() : last.bottom() - last.top();
    assertThat(along).isCloseTo(3 * 0.722 * 20, within(0.1));
    // All ink below the first line is in its box.
    int inside = 0;
    int outside = 0;
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < image.width(); x++) {
        PagePoint pixel =
            g.pictureToShown(
                new PagePoint(x + 0.5, y + 0.5), new ImageSize(image.width(), image.height()));
        boolean in =
            pixel.x() > last.left()
                && pixel.x() < last.right()
                && pixel.y() > last.top()
                && pixel.y() < last.bottom();
        boolean ink = PdfFiles.rgb(image, x, y) < 0x808080 && g.shownToUser(pixel).y() < 190;
        inside += in && ink ? 1 : 0;
        outside += !in && ink ? 1 : 0;
      }
    }
    assertThat(outside).isZero();
    assertThat(inside).isGreaterThan(500);
  }

  @Test
  void samePixelsEveryTime() {
    byte[] pdf = PdfFiles.texts("one", "two");
    RgbImage first = open(pdf).render(1, new ImageSize(320, 224));
    RgbImage second = open(pdf).render(1, new ImageSize(320, 224));
    assertThat(second.rgb()).isEqualTo(first.rgb());
    assertThat(first.rgb()).isNotEqualTo(open(pdf).render(0, new ImageSize(320, 224)).rgb());
  }
}
