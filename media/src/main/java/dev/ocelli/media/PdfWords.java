package dev.ocelli.media;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.pdfbox.contentstream.operator.Operator;
import org.apache.pdfbox.cos.COSBase;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.font.PDFontDescriptor;
import org.apache.pdfbox.text.PDFTextStripper;
import org.apache.pdfbox.text.TextPosition;
import org.apache.pdfbox.util.Matrix;

/** Reads the text layer of a page. */
final class PdfWords extends PDFTextStripper {
  /** No page that is shown has as many characters. */
  private static final int MOST_CHARACTERS = 1 << 20;

  /** What fonts say of their heights need not be true; thousandths of an em. */
  private static final double MOST_ASCENT = 1200;

  private static final double MOST_DESCENT = 500;

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
    PDPage turned = document.getPage(page);
    int rotation = turned.getRotation();
    String text;
    try {
      // The reader joins letters to words only along rows of the page as it is stored.
      turned.setRotation(0);
      text = reader.getText(document).strip();
    } finally {
      turned.setRotation(rotation);
    }
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
    List<TextPosition> word = new ArrayList<>();
    for (TextPosition p : positions) {
      if (p.getUnicode() == null || p.getUnicode().isBlank()) {
        word(word);
      } else {
        word.add(p);
      }
    }
    word(word);
  }

  /** Notes a word and begins the next. */
  private void word(List<TextPosition> letters) {
    if (!letters.isEmpty()) {
      StringBuilder text = new StringBuilder();
      letters.forEach(p -> text.append(p.getUnicode()));
      words.add(new PageText.Word(text.toString(), box(letters)));
      letters.clear();
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

  /** A character from its base line down by its font's descent and up by the ascent. */
  private List<PagePoint> corners(TextPosition p) {
    Matrix m = p.getTextMatrix();
    double ax = geometry.left() + m.getTranslateX();
    double ay = geometry.bottom() + m.getTranslateY();
    double bx = geometry.left() + p.getEndX();
    double by = geometry.bottom() + p.getEndY();
    double length = Math.hypot(m.getScaleX(), m.getShearY());
    double upX = length == 0 ? 0 : -m.getShearY() / length;
    double upY = length == 0 ? 0 : m.getScaleX() / length;
    PDFontDescriptor font = p.getFont().getFontDescriptor();
    double em = p.getYScale() / 1000;
    double up = font == null ? 0 : Math.clamp(font.getAscent(), 0, MOST_ASCENT) * em;
    double down = font == null ? 0 : Math.clamp(-font.getDescent(), 0, MOST_DESCENT) * em;
    up = Math.max(up, p.getHeightDir());
    return List.of(
        shown(ax - upX * down, ay - upY * down),
        shown(bx - upX * down, by - upY * down),
        shown(ax + upX * up, ay + upY * up),
        shown(bx + upX * up, by + upY * up));
  }

  private PagePoint shown(double x, double y) {
    return geometry.userToShown(new PagePoint(x, y));
  }
}
