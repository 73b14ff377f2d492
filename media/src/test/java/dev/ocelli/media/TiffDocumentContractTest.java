package dev.ocelli.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.vision.ImageSize;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** TIFF files of several pictures. */
class TiffDocumentContractTest {
  private static final List<TiffFiles.Page> PAGES =
      List.of(
          TiffFiles.Page.of(5, 3, 10),
          new TiffFiles.Page(1, 1, 99, 1, 1),
          new TiffFiles.Page(7, 4, 20, 0, 6),
          TiffFiles.Page.of(6, 6, 30));

  private static Document open(byte[] tiff) {
    return Documents.open(tiff, "a.tif", DocumentOptions.DEFAULT);
  }

  @Test
  void picturesArePagesAndPreviewsAreNone() {
    for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
      Document document = open(TiffFiles.of(order, PAGES));
      assertThat(document.pages()).isEqualTo(3);
      assertThat(document.scalable()).isFalse();
      List<ImageSize> sizes =
          List.of(new ImageSize(5, 3), new ImageSize(4, 7), new ImageSize(6, 6));
      // Backwards, too: a page does not depend on those before it.
      for (int page : new int[] {0, 1, 2, 1, 0}) {
        ImageSize size = document.size(page);
        assertThat(size).isEqualTo(sizes.get(page));
        assertThat(PdfFiles.rgb(document.render(page, size), 1, 2))
            .isEqualTo((page + 1) * 0x0A0A0A);
        assertThat(document.text(page)).isEqualTo(PageText.NONE);
        PagePicture picture = PagePicture.of(document, page);
        assertThat(picture.at(new ImageSize(64, 64))).isSameAs(picture);
      }
      assertThatThrownBy(() -> document.size(3)).hasMessage("a.tif: has no page 4: it has 3");
    }
  }

  @Test
  void onePictureIsNoDocument() {
    byte[] one = TiffFiles.of(ByteOrder.BIG_ENDIAN, PAGES.subList(0, 2));
    assertThat(Documents.recognises(one)).isFalse();
    assertThat(ImageFile.of(one, "a.tif", DecodeLimits.DEFAULT).header().size())
        .isEqualTo(new ImageSize(5, 3));
  }

  @Test
  void damageIsRefused() {
    byte[] tiff = TiffFiles.of(ByteOrder.BIG_ENDIAN, PAGES);
    byte[] cut = Arrays.copyOf(tiff, tiff.length - 10);
    assertThatThrownBy(() -> open(cut))
        .isInstanceOf(OcelliException.class)
        .hasMessageStartingWith("a.tif: TIFF document is cut off: it ends at byte ");
    byte[] circle = tiff.clone();
    // The last page is followed by the first.
    System.arraycopy(tiff, 4, circle, tiff.length - 4, 4);
    assertThatThrownBy(() -> open(circle))
        .hasMessageStartingWith(
            "a.tif: TIFF document is damaged: the directories of its pages go in a circle");
    DocumentOptions two = new DocumentOptions(null, 0, DecodeLimits.DEFAULT, 2, 1000);
    assertThatThrownBy(() -> Documents.open(tiff, "a.tif", two))
        .hasMessage("a.tif: TIFF document has more than 2 pages: split it");
  }

  @Test
  void everyCutIsAnErrorOrAPicture() {
    byte[] tiff = TiffFiles.of(ByteOrder.LITTLE_ENDIAN, PAGES);
    for (int length = 0; length < tiff.length; length++) {
      byte[] cut = Arrays.copyOf(tiff, length);
      if (Documents.recognises(cut)) {
        assertThatThrownBy(() -> open(cut)).isInstanceOf(OcelliException.class);
      }
    }
  }
}
