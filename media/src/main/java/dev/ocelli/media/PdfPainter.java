package dev.ocelli.media;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.apache.pdfbox.contentstream.operator.Operator;
import org.apache.pdfbox.contentstream.operator.OperatorName;
import org.apache.pdfbox.cos.COSBase;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.filter.MissingImageReaderException;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.graphics.image.PDImage;
import org.apache.pdfbox.pdmodel.graphics.image.PDImageXObject;
import org.apache.pdfbox.rendering.PDFRenderer;
import org.apache.pdfbox.rendering.PageDrawer;
import org.apache.pdfbox.rendering.PageDrawerParameters;

/**
 * Draws a page and stops where it takes too long or too much. A picture that cannot be decoded is
 * an error: PDFBox would leave it out.
 */
final class PdfPainter extends PageDrawer {
  private static final List<String> JPEG =
      List.of(COSName.DCT_DECODE.getName(), COSName.DCT_DECODE_ABBREVIATION.getName());

  private final DecodeLimits limits;
  private final PdfJpx jpx;
  private final long deadline;

  private PdfPainter(
      PageDrawerParameters parameters, DecodeLimits limits, PdfJpx jpx, long deadline)
      throws IOException {
    super(parameters);
    this.limits = limits;
    this.jpx = jpx;
    this.deadline = deadline;
  }

  /** Makes painters. */
  static final class Renderer extends PDFRenderer {
    private final DecodeLimits limits;
    private final PdfJpx jpx;
    private final long deadline;

    /**
     * For a page.
     *
     * @param jpx decodes its pictures in JPEG 2000
     * @param deadline of {@link System#nanoTime}
     */
    Renderer(PDDocument document, DecodeLimits limits, PdfJpx jpx, long deadline) {
      super(document);
      this.limits = limits;
      this.jpx = jpx;
      this.deadline = deadline;
    }

    @Override
    protected PageDrawer createPageDrawer(PageDrawerParameters parameters) throws IOException {
      return new PdfPainter(parameters, limits, jpx, deadline);
    }
  }

  @Override
  protected void processOperator(Operator operator, List<COSBase> operands) throws IOException {
    PdfLimitException.checkTime(deadline);
    if (operator.getName().equals(OperatorName.DRAW_OBJECT)) {
      jpx.decode(getResources(), operands);
    }
    super.processOperator(operator, operands);
  }

  @Override
  protected void operatorException(Operator operator, List<COSBase> operands, IOException e)
      throws IOException {
    if (e instanceof MissingImageReaderException) {
      throw new PdfLimitException(
          "has a picture in a format that is not supported: print it to a new PDF");
    }
    boolean picture =
        operator.getName().equals(OperatorName.DRAW_OBJECT)
            || operator.getName().equals(OperatorName.BEGIN_INLINE_IMAGE);
    if (picture
        && !(e instanceof org.apache.pdfbox.contentstream.operator.MissingOperandException)) {
      throw e;
    }
    super.operatorException(operator, operands, e);
  }

  @Override
  public void drawImage(PDImage image) throws IOException {
    check(image);
    if (image instanceof PDImageXObject stored) {
      PDImageXObject opacity = stored.getSoftMask();
      if (opacity != null) {
        check(opacity);
      }
      PDImageXObject mask = stored.getMask();
      if (mask != null) {
        check(mask);
      }
    }
    super.drawImage(image);
  }

  /** What a JPEG itself announces need not be what the document says about it. */
  private void check(PDImage image) throws IOException {
    PdfInspection.checkPicture(image.getWidth(), image.getHeight(), limits);
    if ("jpg".equals(image.getSuffix())) {
      try (InputStream in = image.createInputStream(JPEG)) {
        JpegSize.check(in, limits);
      }
    }
  }
}
