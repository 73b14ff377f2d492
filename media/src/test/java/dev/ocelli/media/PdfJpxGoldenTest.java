package dev.ocelli.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.vision.ImageSize;
import dev.ocelli.engine.vision.RgbImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.apache.pdfbox.cos.COSArray;
import org.apache.pdfbox.cos.COSBase;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSInteger;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.cos.COSStream;
import org.apache.pdfbox.cos.COSString;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDResources;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.common.PDStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pictures in JPEG 2000 inside pages have the pixels that Pillow decodes from them. */
class PdfJpxGoldenTest {
  private static final ImageSize SIZE = new ImageSize(64, 48);

  /** Changes a picture's dictionary. */
  private interface Change {
    void in(PDDocument document, COSStream picture) throws IOException;
  }

  private static COSStream picture(PDDocument d, byte[] data, @Nullable COSBase space)
      throws IOException {
    COSStream cos = new PDStream(d, new ByteArrayInputStream(data)).getCOSObject();
    cos.setItem(COSName.TYPE, COSName.XOBJECT);
    cos.setItem(COSName.SUBTYPE, COSName.IMAGE);
    cos.setInt(COSName.WIDTH, SIZE.width());
    cos.setInt(COSName.HEIGHT, SIZE.height());
    cos.setItem(COSName.COLORSPACE, space);
    cos.setItem(COSName.FILTER, COSName.JPX_DECODE);
    return cos;
  }

  /** Pages of a picture's size that show it twice, the second time over the first. */
  private static byte[] pdf(byte[] data, int pages, @Nullable COSBase space, Change change) {
    return PdfFiles.of(d -> {
      COSStream cos = picture(d, data, space);
      change.in(d, cos);
      for (int i = 0; i < pages; i++) {
        PDPage page = new PDPage(new PDRectangle(SIZE.width(), SIZE.height()));
        d.addPage(page);
        // Written by hand: PDFBox would decode the picture to make an object of it.
        byte[] content =
            "q 64 0 0 48 0 0 cm /Im1 Do Q q 64 0 0 48 0 0 cm /Im1 Do Q\n"
                .getBytes(StandardCharsets.US_ASCII);
        page.setContents(new PDStream(d, new ByteArrayInputStream(content)));
        COSDictionary pictures = new COSDictionary();
        pictures.setItem(COSName.getPDFName("Im1"), cos);
        page.setResources(new PDResources());
        page.getResources().getCOSObject().setItem(COSName.XOBJECT, pictures);
      }
    });
  }

  private static RgbImage draw(byte[] pdf) {
    return Documents.open(pdf, "a.pdf", DocumentOptions.DEFAULT).render(0, SIZE);
  }

  @ParameterizedTest
  @CsvSource({
    "plain.jp2,DeviceRGB",
    "lossy_layers.jp2,DeviceRGB",
    "tiles_precincts.j2k,",
    "all_styles.j2k,",
    "grey.jp2,DeviceGray",
    "grey.jp2,",
    "opacity.jp2,",
    "opacity.jp2,DeviceRGB"
  })
  void pixels(String file, @Nullable String space) {
    COSBase named = space == null ? null : COSName.getPDFName(space);
    byte[] pdf = pdf(Fixtures.bytes(file), 2, named, (d, cos) -> {});
    Document document = Documents.open(pdf, "a.pdf", DocumentOptions.DEFAULT);
    // The second page and the second time: what was decoded for the first is gone.
    for (int page : new int[] {0, 1, 0}) {
      assertThat(document.render(page, SIZE).rgb()).isEqualTo(Fixtures.bytes(file + ".rgb"));
    }
    assertThat(document.notes(0)).isEmpty();
  }

  @Test
  void opacityOfThePictureItselfAndOfAnother() {
    byte[] white = Fixtures.bytes("opacity.jp2.white.rgb");
    COSName key = COSName.getPDFName("SMaskInData");
    // Drawn twice over each other: between what shows through once and nothing.
    RgbImage once =
        draw(pdf(Fixtures.bytes("opacity.jp2"), 1, null, (d, cos) -> cos.setInt(key, 1)));
    byte[] opaque = Fixtures.bytes("opacity.jp2.rgb");
    for (int at = 0; at < white.length; at += 97) {
      int lighter = white[at] & 0xFF;
      int darker = opaque[at] & 0xFF;
      assertThat(once.rgb()[at] & 0xFF)
          .isBetween(Math.min(lighter, darker) - 2, Math.max(lighter, darker) + 2);
    }
    assertThat(once.rgb()).isNotEqualTo(opaque);
    RgbImage hidden =
        draw(
            pdf(
                Fixtures.bytes("plain.jp2"),
                1,
                COSName.DEVICERGB,
                (d, cos) -> {
                  COSStream mask = picture(d, Fixtures.bytes("grey.jp2"), COSName.DEVICEGRAY);
                  cos.setItem(COSName.SMASK, mask);
                }));
    assertThat(hidden.rgb()).isNotEqualTo(Fixtures.bytes("plain.jp2.rgb"));
    assertThatThrownBy(
            () -> draw(pdf(Fixtures.bytes("opacity.jp2"), 1, null, (d, cos) -> cos.setInt(key, 2))))
        .hasMessage(
            "a.pdf: PDF page 1 has a JPEG 2000 picture that has colours that opacity is multiplied into, which is not supported; save it as a plain PNG");
  }

  @Test
  void paletteOfThePage() {
    byte[] colours = new byte[768];
    new java.util.Random(1).nextBytes(colours);
    COSArray space = new COSArray();
    space.add(COSName.INDEXED);
    space.add(COSName.DEVICERGB);
    space.add(COSInteger.get(255));
    space.add(new COSString(colours));
    byte[] rgb = draw(pdf(Fixtures.bytes("grey.jp2"), 1, space, (d, cos) -> {})).rgb();
    byte[] grey = Fixtures.bytes("grey.jp2.rgb");
    for (int i = 0; i < grey.length; i++) {
      assertThat(rgb[i]).isEqualTo(colours[(grey[i] & 0xFF) * 3 + i % 3]);
    }
  }

  @Test
  void whatIsTooLargeIsRefusedFromItsHeader() {
    byte[] huge = Fixtures.bytes("plain.jp2");
    int siz = 0;
    while (huge[siz] != (byte) 0xFF || huge[siz + 1] != 0x51) {
      siz++;
    }
    // Width and height in segment SIZ, and those of tiles: 65,536 more.
    for (int at : new int[] {7, 11, 23, 27}) {
      huge[siz + at] = 1;
    }
    assertThatThrownBy(() -> draw(pdf(huge, 1, COSName.DEVICERGB, (d, cos) -> {})))
        .hasMessageStartingWith(
            "a.pdf: PDF page 1 has a picture of 65600 x 65584 pixels, but at most 83886080 pixels");
    byte[] cut = Arrays.copyOf(Fixtures.bytes("plain.jp2"), 2000);
    assertThatThrownBy(() -> draw(pdf(cut, 1, COSName.DEVICERGB, (d, cos) -> {})))
        .hasMessageStartingWith("a.pdf: PDF page 1 has a JPEG 2000 picture that is cut off");
    assertThatThrownBy(
            () -> draw(pdf(Fixtures.bytes("grey.jp2"), 1, COSName.DEVICERGB, (d, cos) -> {})))
        .hasMessageContaining("has a JPEG 2000 picture that is damaged: colour 2 is missing");
  }

  @Test
  void damageIsOneLine() {
    SplittableRandom random = new SplittableRandom(3);
    byte[] whole = Fixtures.bytes("tiles_precincts.j2k");
    for (int i = 0; i < 60; i++) {
      byte[] changed = whole.clone();
      changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
      changed[random.nextInt(200)] ^= (byte) (1 << random.nextInt(8));
      try {
        draw(pdf(changed, 1, COSName.DEVICERGB, (d, cos) -> {}));
      } catch (OcelliException e) {
        assertThat(e.kind()).isEqualTo(OcelliException.Kind.INPUT);
        assertThat(e.getMessage()).startsWith("a.pdf: PDF page 1 ").doesNotContain("\n");
      }
    }
  }
}
