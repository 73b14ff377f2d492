package dev.ocelli.media;

/** A page costs more than is allowed; thrown from within PDFBox, which lets it pass. */
final class PdfLimitException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A sentence's predicate about the page. */
  PdfLimitException(String message) {
    super(message);
  }

  /** Refuses to go on behind a deadline of {@link System#nanoTime}. */
  static void checkTime(long deadline) {
    if (System.nanoTime() - deadline > 0) {
      throw new PdfLimitException(
          "takes too long to draw: print it to a simpler PDF, or give a picture of it");
    }
  }
}
