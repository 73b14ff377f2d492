package dev.ocelli.media;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.pdfbox.contentstream.operator.Operator;
import org.apache.pdfbox.cos.COSBase;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.text.PDFTextStripper;
import org.apache.pdfbox.text.TextPosition;
import org.apache.pdfbox.util.Matrix;

/** Reads the text layer of a page. */
final class PdfWords extends PDFTextStripper {
  /** No page that is shown has as many characters. */
  private static final int MOST_CHARACTERS = 1 << 20;

  private final PageGeometry geometry;
  private final long deadline;
  private final List<PageText.Word> words = new ArrayList<>();
  private int characters;

  private PdfWords(int page, PageGeometry geometry, long deadline) {
    this.geometry = geometry;
    this.deadline = deadline;
    setStartPage(page + 1);
    setEndPage(page + 1);
    setLineSeparator("\n");
    setParagraphStart("");
    setParagraphEnd("");
    setPageEnd("");
  }

  /**
   * Reads.
   *
   * @param page counted from 0
   * @param deadline of {@link System#nanoTime}
   */
  static PageText read(PDDocument document, int page, PageGeometry geometry, long deadline)
      throws IOException {
    PdfWords reader = new PdfWords(page, geometry, deadline);
    String text = reader.getText(document).strip();
    return text.isEmpty() ? PageText.NONE : new PageText(text, List.copyOf(reader.words));
  }

  @Override
  protected void processOperator(Operator operator, List<COSBase> operands) throws IOException {
    PdfLimitException.checkTime(deadline);
    super.processOperator(operator, operands);
  }

  @Override
  protected void processTextPosition(TextPosition text) {
    if (++characters > MOST_CHARACTERS) {
      throw new PdfLimitException(
          "has a text layer of more than %d characters: print it to a new PDF"
              .formatted(MOST_CHARACTERS));
    }
    super.processTextPosition(text);
  }

  @Override
  protected void writeString(String text, List<TextPosition> positions) throws IOException {
    super.writeString(text, positions);
    if (!positions.isEmpty() && !text.isBlank()) {
      words.add(new PageText.Word(text, box(positions)));
    }
  }

  private PageBox box(List<TextPosition> positions) {
    double left = Double.POSITIVE_INFINITY;
    double top = Double.POSITIVE_INFINITY;
    double right = Double.NEGATIVE_INFINITY;
    double bottom = Double.NEGATIVE_INFINITY;
    for (TextPosition p : positions) {
      for (PagePoint corner : corners(p)) {
        left = Math.min(left, corner.x());
        top = Math.min(top, corner.y());
        right = Math.max(right, corner.x());
        bottom = Math.max(bottom, corner.y());
      }
    }
    return new PageBox(left, top, right, bottom);
  }

  /** The ends of a character's base line, and the places as high above them as it is. */
  private List<PagePoint> corners(TextPosition p) {
    Matrix m = p.getTextMatrix();
    double ax = geometry.left() + m.getTranslateX();
    double ay = geometry.bottom() + m.getTranslateY();
    double bx = geometry.left() + p.getEndX();
    double by = geometry.bottom() + p.getEndY();
    double length = Math.hypot(m.getScaleX(), m.getShearY());
    double upX = length == 0 ? 0 : -m.getShearY() / length * p.getHeightDir();
    double upY = length == 0 ? 0 : m.getScaleX() / length * p.getHeightDir();
    return List.of(
        geometry.userToShown(new PagePoint(ax, ay)),
        geometry.userToShown(new PagePoint(bx, by)),
        geometry.userToShown(new PagePoint(ax + upX, ay + upY)),
        geometry.userToShown(new PagePoint(bx + upX, by + upY)));
  }
}
