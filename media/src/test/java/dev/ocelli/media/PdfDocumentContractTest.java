package dev.ocelli.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.vision.ImageSize;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.apache.pdfbox.cos.COSArray;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.cos.COSStream;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDResources;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.common.PDStream;
import org.apache.pdfbox.pdmodel.encryption.AccessPermission;
import org.apache.pdfbox.pdmodel.encryption.StandardProtectionPolicy;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts;
import org.apache.pdfbox.pdmodel.graphics.form.PDFormXObject;
import org.apache.pdfbox.pdmodel.graphics.image.PDImageXObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What documents may cost, and what is said of those that cannot be shown. */
class PdfDocumentContractTest {
  private static final ImageSize SIZE = new ImageSize(64, 64);

  /** Pages whose pictures, decoded, have four times the bytes that memory may grow by. */
  private static final int MANY = 320;

  private static Document open(byte[] pdf) {
    return Documents.open(pdf, "a.pdf", DocumentOptions.DEFAULT);
  }

  private static byte[] encrypted(String user, int bits) {
    return PdfFiles.of(d -> {
      PdfFiles.page(d, 100, 100, (p, out) -> out.addRect(1, 1, 9, 9));
      StandardProtectionPolicy policy =
          new StandardProtectionPolicy("owner", user, new AccessPermission());
      policy.setEncryptionKeyLength(bits);
      policy.setPreferAES(bits > 40);
      d.protect(policy);
    });
  }

  @ParameterizedTest
  @ValueSource(ints = {40, 128, 256})
  void encryptedNeedsItsPassword(int bits) {
    byte[] pdf = encrypted("sesame", bits);
    assertThatThrownBy(() -> open(pdf))
        .isInstanceOf(OcelliException.class)
        .hasMessage(
            "a.pdf: PDF document is encrypted and needs a password: give it (--pdf-password; 'password' in a request)");
    assertThatThrownBy(() -> Documents.open(pdf, "a.pdf", DocumentOptions.DEFAULT.with("wrong", 0)))
        .hasMessage(
            "a.pdf: PDF document is encrypted, and the password does not open it: check it");
    Document document = Documents.open(pdf, "a.pdf", DocumentOptions.DEFAULT.with("sesame", 0));
    assertThat(document.render(0, SIZE).width()).isEqualTo(64);
    // Protected against changes alone.
    assertThat(open(encrypted("", bits)).render(0, SIZE).width()).isEqualTo(64);
  }

  @Test
  void cutOffIsRefused() {
    byte[] pdf = PdfFiles.texts("one", "two");
    byte[] half = java.util.Arrays.copyOf(pdf, pdf.length / 2);
    assertThatThrownBy(() -> open(half))
        .hasMessage(
            "a.pdf: PDF document is cut off: its end mark %%EOF is missing; get a complete copy of the file");
  }

  @Test
  void brokenTableOfContentsIsRebuiltAndTold() {
    byte[] pdf = PdfFiles.texts("one");
    String text = new String(pdf, StandardCharsets.ISO_8859_1);
    int at = text.lastIndexOf("startxref");
    byte[] broken = pdf.clone();
    broken[at + 10] = '9';
    assertThat(open(pdf).notes(0)).isEmpty();
    Document document = open(broken);
    assertThat(document.text(0).text()).isEqualTo("one");
    assertThat(document.notes(0))
        .containsExactly("the file's cross-reference table is damaged and was rebuilt");
    byte[] hopeless = "%PDF-1.4\nnothing at all\n%%EOF\n".getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> open(hopeless))
        .isInstanceOf(OcelliException.class)
        .hasMessageStartingWith("a.pdf: PDF document is damaged: the reader reports \"");
  }

  @Test
  void noPagesAndTooManyPages() {
    assertThatThrownBy(() -> open(PdfFiles.of(d -> {})))
        .hasMessage("a.pdf: PDF document has no pages: get another copy of the file");
    DocumentOptions one = new DocumentOptions(null, 0, DecodeLimits.DEFAULT, 1, 60_000);
    assertThatThrownBy(() -> Documents.open(PdfFiles.texts("a", "b"), "a.pdf", one))
        .hasMessage("a.pdf: PDF document has 2 pages, but at most 1 are read: split it");
  }

  private static void picture(PDDocument d, int width, int height, COSName filter, byte[] data)
      throws IOException {
    PdfFiles.page(
        d,
        100,
        100,
        (p, out) -> {
          PDStream stream = new PDStream(d, new java.io.ByteArrayInputStream(data));
          COSStream cos = stream.getCOSObject();
          cos.setItem(COSName.TYPE, COSName.XOBJECT);
          cos.setItem(COSName.SUBTYPE, COSName.IMAGE);
          cos.setInt(COSName.WIDTH, width);
          cos.setInt(COSName.HEIGHT, height);
          cos.setInt(COSName.BITS_PER_COMPONENT, 8);
          cos.setItem(COSName.COLORSPACE, COSName.DEVICEGRAY);
          cos.setItem(COSName.FILTER, filter);
          out.drawImage(new PDImageXObject(stream, new PDResources()), 0, 0, 100, 100);
        });
  }

  @Test
  void hugePicturesAreRefusedBeforeTheyAreDecoded() {
    byte[] flate = PdfFiles.of(d -> picture(d, 100_000, 100_000, COSName.FLATE_DECODE, zeros(100)));
    assertThatThrownBy(() -> open(flate).render(0, SIZE))
        .hasMessageStartingWith(
            "a.pdf: PDF page 1 has a picture of 100000 x 100000 pixels, but at most 83886080 pixels");
    byte[] jpeg = {
      (byte) 0xFF,
      (byte) 0xD8,
      (byte) 0xFF,
      (byte) 0xC0,
      0,
      11,
      8,
      (byte) 0xEA,
      0x60,
      (byte) 0xEA,
      0x60,
      1,
      1,
      0x11,
      0
    };
    byte[] lying = PdfFiles.of(d -> picture(d, 10, 10, COSName.DCT_DECODE, jpeg));
    assertThatThrownBy(() -> open(lying).render(0, SIZE))
        .hasMessageStartingWith("a.pdf: PDF page 1 has a picture of 60000 x 60000 pixels");
  }

  @Test
  void picturesThatCannotBeDecodedAreNotLeftOut() {
    byte[] jpx = PdfFiles.of(d -> picture(d, 10, 10, COSName.JPX_DECODE, new byte[100]));
    assertThatThrownBy(() -> open(jpx).render(0, SIZE))
        .hasMessage(
            "a.pdf: PDF page 1 has a JPEG 2000 picture that is damaged: it has no header; get another copy of the file");
    byte[] dct = PdfFiles.of(d -> picture(d, 10, 10, COSName.DCT_DECODE, new byte[100]));
    assertThatThrownBy(() -> open(dct).render(0, SIZE))
        .hasMessageStartingWith("a.pdf: PDF page 1 is damaged: the reader reports ");
  }

  /** Deflated zeros. */
  private static byte[] zeros(long length) {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      Deflater quick = new Deflater(Deflater.BEST_SPEED);
      try (OutputStream deflate = new DeflaterOutputStream(out, quick, 1 << 16)) {
        byte[] piece = new byte[1 << 20];
        for (long left = length; left > 0; left -= piece.length) {
          deflate.write(piece, 0, (int) Math.min(left, piece.length));
        }
      }
      return out.toByteArray();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void streamsThatBecomeHugeAreRefused() throws IOException {
    byte[] bomb = zeros(321L << 20);
    byte[] pdf = PdfFiles.of(d -> contents(d, bomb, COSName.FLATE_DECODE));
    assertThatThrownBy(() -> open(pdf))
        .hasMessageStartingWith(
            "a.pdf: PDF document has a stream that becomes more than 320 MiB when it is inflated");
    ByteArrayOutputStream twice = new ByteArrayOutputStream();
    try (OutputStream deflate = new DeflaterOutputStream(twice)) {
      deflate.write(bomb);
    }
    COSArray filters = new COSArray(List.of(COSName.FLATE_DECODE, COSName.FLATE_DECODE));
    byte[] nested = PdfFiles.of(d -> contents(d, twice.toByteArray(), filters));
    assertThatThrownBy(() -> open(nested))
        .hasMessageStartingWith(
            "a.pdf: PDF document has a stream that becomes more than 320 MiB when it is inflated");
    // Runs of zeros, four times: 128 bytes of each 2.
    byte[] runs = new byte[200];
    for (int i = 0; i < runs.length; i += 2) {
      runs[i] = (byte) 129;
    }
    COSName run = COSName.RUN_LENGTH_DECODE;
    byte[] wide = PdfFiles.of(d -> rows(d, zeros(1000)));
    assertThatThrownBy(() -> open(wide).render(0, SIZE))
        .hasMessageStartingWith("a.pdf: PDF page 1 has a stream with rows of ");
    byte[] short1 = PdfFiles.of(d -> contents(d, runs, run));
    assertThat(open(short1).render(0, SIZE).width()).isEqualTo(64);
  }

  private static void contents(PDDocument d, byte[] data, org.apache.pdfbox.cos.COSBase filter)
      throws IOException {
    PDPage page = new PDPage(new PDRectangle(100, 100));
    d.addPage(page);
    PDStream stream = new PDStream(d, new java.io.ByteArrayInputStream(data));
    stream.getCOSObject().setItem(COSName.FILTER, filter);
    page.setContents(stream);
  }

  private static void rows(PDDocument d, byte[] data) throws IOException {
    contents(d, data, COSName.FLATE_DECODE);
    COSDictionary parameters = new COSDictionary();
    parameters.setInt(COSName.PREDICTOR, 12);
    parameters.setInt(COSName.COLUMNS, 2_000_000_000);
    COSStream stream =
        (COSStream) d.getPage(0).getCOSObject().getDictionaryObject(COSName.CONTENTS);
    stream.setItem(COSName.DECODE_PARMS, parameters);
  }

  /** Forms, each of which draws the next one ten times. */
  @Test
  void pagesThatTakeForeverAreStopped() {
    byte[] pdf =
        PdfFiles.of(d -> {
          PDFormXObject inner = null;
          for (int level = 0; level < 20; level++) {
            PDFormXObject form = new PDFormXObject(d);
            form.setBBox(new PDRectangle(100, 100));
            PDResources resources = new PDResources();
            StringBuilder drawing = new StringBuilder("0 0 1 1 re f\n");
            if (inner != null) {
              drawing.append(("/" + resources.add(inner).getName() + " Do\n").repeat(10));
            }
            form.setResources(resources);
            try (OutputStream out = form.getStream().createOutputStream()) {
              out.write(drawing.toString().getBytes(StandardCharsets.ISO_8859_1));
            }
            inner = form;
          }
          PDFormXObject last = inner;
          PdfFiles.page(d, 100, 100, (p, out) -> out.drawForm(last));
        });
    DocumentOptions hasty = new DocumentOptions(null, 0, DecodeLimits.DEFAULT, 10, 300);
    assertThatThrownBy(() -> Documents.open(pdf, "a.pdf", hasty).render(0, SIZE))
        .hasMessage(
            "a.pdf: PDF page 1 takes too long to draw: print it to a simpler PDF, or give a picture of it");
  }

  @Test
  void missingFontsAreNoted() {
    byte[] pdf =
        PdfFiles.of(d -> {
          PDType1Font times = new PDType1Font(Standard14Fonts.FontName.TIMES_ROMAN);
          PDType1Font helvetica = new PDType1Font(Standard14Fonts.FontName.HELVETICA);
          PdfFiles.page(
              d,
              100,
              100,
              (p, out) -> {
                PdfFiles.write(out, times, 10, 10, 10, "a");
                PdfFiles.write(out, helvetica, 10, 10, 30, "b");
                PdfFiles.write(out, PdfFiles.font(d), 10, 10, 50, "c");
              });
        });
    assertThat(open(pdf).notes(0))
        .containsExactly("the font Times-Roman is not in the file; another is shown in its place");
  }

  @Test
  void damagedPagesNameThemselves() {
    byte[] pdf =
        PdfFiles.of(d -> {
          PdfFiles.page(d, 100, 100, (p, out) -> {});
          PDPage page = new PDPage();
          page.setMediaBox(new PDRectangle(0, 0));
          d.addPage(page);
        });
    Document document = open(pdf);
    assertThat(document.render(0, SIZE).width()).isEqualTo(64);
    assertThatThrownBy(() -> document.size(1))
        .isInstanceOf(OcelliException.class)
        .hasMessageStartingWith("a.pdf: PDF page 2 ");
    assertThatThrownBy(() -> document.size(2)).hasMessage("a.pdf: has no page 3: it has 2");
  }

  @Test
  void memoryDoesNotGrowWithPages() {
    byte[] pdf =
        PdfFiles.of(d -> {
          var font = PdfFiles.font(d);
          for (int i = 0; i < MANY; i++) {
            int number = i;
            PdfFiles.page(
                d,
                200,
                200,
                (p, out) -> {
                  PdfFiles.write(out, font, 10, 10, 10, "page " + number);
                  out.drawImage(
                      org.apache.pdfbox.pdmodel.graphics.image.LosslessFactory.createFromImage(
                          d, PdfFiles.noise(64, 64, number)),
                      20,
                      20,
                      64,
                      64);
                });
          }
        });
    Document document = open(pdf);
    assertThat(document.pages()).isEqualTo(MANY);
    long most = 0;
    long first = 0;
    for (int i = 0; i < MANY; i++) {
      document.render(i, SIZE);
      if (i % 64 == 31) {
        System.gc();
        long used = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
        first = first == 0 ? used : first;
        most = Math.max(most, used);
      }
    }
    assertThat(most - first).isLessThan(3L << 20);
    assertThat(document.text(MANY - 1).text()).isEqualTo("page " + (MANY - 1));
  }
}
