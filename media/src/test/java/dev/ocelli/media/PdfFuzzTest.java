package dev.ocelli.media;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.vision.ImageSize;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts;
import org.apache.pdfbox.pdmodel.graphics.image.JPEGFactory;
import org.apache.pdfbox.pdmodel.graphics.image.LosslessFactory;
import org.junit.jupiter.api.Test;

/** Damaged documents are shown or refused in one line, and nothing is printed. */
class PdfFuzzTest {
  private static final DocumentOptions OPTIONS =
      new DocumentOptions(null, 36, DecodeLimits.DEFAULT, 1000, 5_000);

  private static byte[] sample() {
    return PdfFiles.of(d -> {
      PDFont font = new PDType1Font(Standard14Fonts.FontName.TIMES_ROMAN);
      BufferedImage noise = PdfFiles.noise(16, 16, 7);
      for (int i = 0; i < 3; i++) {
        PDPage page =
            PdfFiles.page(
                d,
                100,
                80,
                (p, out) -> {
                  PdfFiles.write(out, font, 10, 10, 10, "words");
                  out.addRect(5, 5, 40, 30);
                  out.stroke();
                  out.drawImage(LosslessFactory.createFromImage(p, noise), 50, 30, 16, 16);
                  out.drawImage(JPEGFactory.createFromImage(p, noise), 70, 30, 16, 16);
                });
        page.setRotation(90 * i);
      }
    });
  }

  /** Opens, draws and reads everything; null where it is refused. */
  private static void use(byte[] data) {
    try {
      Document document = Documents.open(data, "a.pdf", OPTIONS);
      for (int page = 0; page < Math.min(4, document.pages()); page++) {
        try {
          ImageSize size = document.size(page);
          if (size.pixels() < 1 << 20) {
            assertThat(document.render(page, size).width()).isEqualTo(size.width());
          }
          document.text(page);
          document.notes(page);
        } catch (OcelliException e) {
          checkMessage(e);
        }
      }
    } catch (OcelliException e) {
      checkMessage(e);
    }
  }

  private static void checkMessage(OcelliException e) {
    assertThat(e.kind()).isEqualTo(OcelliException.Kind.INPUT);
    assertThat(e.getMessage()).startsWith("a.pdf: ").doesNotContain("\n");
  }

  @Test
  void damageIsSurvivedInSilence() {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    System.setErr(System.out);
    try {
      byte[] pdf = sample();
      byte[] end = "\n%%EOF\n".getBytes(StandardCharsets.ISO_8859_1);
      for (int at = 0; at < pdf.length; at += pdf.length / 60) {
        use(Arrays.copyOf(pdf, at));
        // The same with an end mark, so that the reader gets it.
        byte[] cut = Arrays.copyOf(pdf, at + end.length);
        System.arraycopy(end, 0, cut, at, end.length);
        use(cut);
      }
      Random random = new Random(1);
      for (int i = 0; i < 200; i++) {
        byte[] changed = pdf.clone();
        for (int k = 0; k <= i % 8; k++) {
          int at = 20 + random.nextInt(pdf.length - 30);
          int bits = random.nextInt(256);
          changed[at] = (byte) (i % 2 == 0 ? bits : '0' + bits % 10);
        }
        use(changed);
      }
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8)).isEmpty();
  }
}
