package dev.ocelli.cli;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts;
import org.apache.pdfbox.pdmodel.graphics.image.LosslessFactory;
import org.apache.pdfbox.pdmodel.graphics.state.RenderingMode;

/** PDF files of pictures, for tests. */
public final class PdfPages {
  private PdfPages() {}

  /**
   * Writes a file with a page for each picture, which fills it at 144 pixels an inch.
   *
   * @param text of an invisible text layer on every page, or empty
   */
  public static Path write(Path file, List<Path> pictures, String text) throws IOException {
    try (PDDocument document = new PDDocument()) {
      for (Path picture : pictures) {
        BufferedImage image = ImageIO.read(picture.toFile());
        float width = image.getWidth() / 2f;
        float height = image.getHeight() / 2f;
        PDPage page = new PDPage(new PDRectangle(width, height));
        document.addPage(page);
        try (PDPageContentStream out = new PDPageContentStream(document, page)) {
          out.drawImage(LosslessFactory.createFromImage(document, image), 0, 0, width, height);
          if (!text.isEmpty()) {
            out.beginText();
            out.setRenderingMode(RenderingMode.NEITHER);
            out.setFont(new PDType1Font(Standard14Fonts.FontName.HELVETICA), 1);
            out.newLineAtOffset(1, 10);
            out.showText(text);
            out.endText();
          }
        }
      }
      document.save(file.toFile());
      return file;
    }
  }
}
