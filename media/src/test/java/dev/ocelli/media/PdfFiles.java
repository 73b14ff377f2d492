package dev.ocelli.media;

import dev.ocelli.engine.vision.RgbImage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Random;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.font.PDType0Font;
import org.apache.pdfbox.pdmodel.graphics.image.LosslessFactory;

/** Documents for tests. */
final class PdfFiles {
  private PdfFiles() {}

  /** Fills a document. */
  interface Content {
    void add(PDDocument document) throws IOException;
  }

  /** Fills a page; its space is that of PDF, upward from the lower left corner. */
  interface Drawing {
    void draw(PDDocument document, PDPageContentStream out) throws IOException;
  }

  static byte[] of(Content content) {
    try (PDDocument document = new PDDocument()) {
      content.add(document);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      document.save(out);
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static PDPage page(PDDocument document, double width, double height, Drawing drawing)
      throws IOException {
    PDPage page = new PDPage(new PDRectangle((float) width, (float) height));
    document.addPage(page);
    try (PDPageContentStream out = new PDPageContentStream(document, page)) {
      drawing.draw(document, out);
    }
    return page;
  }

  /** A font that goes into the file. */
  static PDFont font(PDDocument document) throws IOException {
    try (InputStream in =
        PDFont.class.getResourceAsStream(
            "/org/apache/pdfbox/resources/ttf/LiberationSans-Regular.ttf")) {
      return PDType0Font.load(document, in);
    }
  }

  static void write(
      PDPageContentStream out, PDFont font, double size, double x, double y, String text)
      throws IOException {
    out.beginText();
    out.setFont(font, (float) size);
    out.newLineAtOffset((float) x, (float) y);
    out.showText(text);
    out.endText();
  }

  /** A page for each text. */
  static byte[] texts(String... texts) {
    return of(document -> {
      PDFont font = font(document);
      for (String text : texts) {
        page(document, 300, 200, (d, out) -> write(out, font, 20, 20, 100, text));
      }
    });
  }

  static BufferedImage noise(int width, int height, long seed) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(seed);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, random.nextInt(1 << 24));
      }
    }
    return image;
  }

  /** A page of the size of a picture, in points, that shows nothing else. */
  static byte[] picture(BufferedImage image) {
    return of(document ->
        page(
            document,
            image.getWidth(),
            image.getHeight(),
            (d, out) ->
                out.drawImage(
                    LosslessFactory.createFromImage(d, image),
                    0,
                    0,
                    image.getWidth(),
                    image.getHeight())));
  }

  static int rgb(RgbImage image, int x, int y) {
    int i = (y * image.width() + x) * 3;
    byte[] rgb = image.rgb();
    return (rgb[i] & 0xFF) << 16 | (rgb[i + 1] & 0xFF) << 8 | rgb[i + 2] & 0xFF;
  }
}
