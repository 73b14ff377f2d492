package dev.ocelli.media;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.vision.ImageSize;
import dev.ocelli.engine.vision.RgbImage;
import dev.ocelli.media.EastAsianFonts.Script;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.io.RandomAccessReadBuffer;
import org.apache.pdfbox.pdfparser.PDFParser;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.encryption.InvalidPasswordException;
import org.apache.pdfbox.pdmodel.font.FontMappers;
import org.jspecify.annotations.Nullable;

/**
 * A PDF document, drawn by PDFBox.
 *
 * <p>Fonts of the machine are not looked at but for Chinese, Japanese and Korean, so that a page
 * has the same pixels everywhere. What PDFBox knows of a document is thrown away every few pages,
 * so that memory does not grow with them.
 */
final class PdfDocument implements Document {
  /** After so many pages the document is parsed anew. */
  private static final int PAGES_A_PARSE = 32;

  /** Held, for loggers that nobody holds forget their level. PDFBox says here what it mends. */
  private static final List<Logger> QUIET =
      List.of(Logger.getLogger("org.apache.pdfbox"), Logger.getLogger("org.apache.fontbox"));

  static final EastAsianFonts EAST_ASIAN = EastAsianFonts.ofMachine();

  static {
    QUIET.forEach(logger -> logger.setLevel(Level.OFF));
    FontMappers.set(new PdfFonts(EAST_ASIAN));
  }

  private final byte[] bytes;
  private final String name;
  private final String sha256;
  private final DocumentOptions options;
  private final int pages;
  private final boolean mended;

  /** By page, as caches ask for it again and again. */
  private final Map<Integer, String> appearances = new HashMap<>();

  private @Nullable PDDocument parsed;
  private int used;

  /**
   * Opens a document.
   *
   * @throws OcelliException (INPUT) when it cannot be
   */
  PdfDocument(byte[] bytes, String name, DocumentOptions options) {
    this.bytes = bytes;
    this.name = name;
    this.options = options;
    this.sha256 = Hashes.sha256(bytes);
    if (!endsAsPdf(bytes)) {
      throw refused(
          "PDF document is cut off: its end mark %%EOF is missing; get a complete copy of the file",
          null);
    }
    PdfBombs.check(bytes, this::refused, deadline());
    this.pages = guarded("document", () -> parsed().getNumberOfPages());
    if (pages < 1) {
      throw refused("PDF document has no pages: get another copy of the file", null);
    }
    if (pages > options.maxPages()) {
      throw refused(
          "PDF document has %d pages, but at most %d are read: split it"
              .formatted(pages, options.maxPages()),
          null);
    }
    this.mended = !isSound();
  }

  private static boolean endsAsPdf(byte[] data) {
    Bytes file = Bytes.bigEndian(data);
    for (int i = data.length - 5; i >= Math.max(0, data.length - 4096); i--) {
      if (data[i] == '%' && file.is(i, "%%EOF")) {
        return true;
      }
    }
    return false;
  }

  /** Whether it can be read without mending its table of contents. */
  private boolean isSound() {
    try (PDDocument strict =
        new PDFParser(new RandomAccessReadBuffer(bytes), password(), null, null, null)
            .parse(false)) {
      return strict.getNumberOfPages() == pages;
    } catch (IOException | RuntimeException | StackOverflowError e) {
      return false;
    }
  }

  private String password() {
    return options.password() == null ? "" : options.password();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String sha256() {
    return sha256;
  }

  @Override
  public int pages() {
    return pages;
  }

  @Override
  public boolean scalable() {
    return true;
  }

  @Override
  public synchronized PageGeometry geometry(int page) {
    return guarded(page, () -> geometry(page(page)));
  }

  @Override
  public ImageSize size(int page) {
    PageGeometry geometry = geometry(page);
    if (options.dpi() > 0) {
      return geometry.pixels(options.dpi());
    }
    double inches = geometry.width() * geometry.height() / (72 * 72);
    double fitting = Math.sqrt(DocumentOptions.AUTO_PIXELS / inches);
    return geometry.pixels(Math.min(DocumentOptions.AUTO_DPI, fitting));
  }

  @Override
  public synchronized PageText text(int page) {
    return guarded(
        page,
        () -> {
          PDPage p = page(page);
          inspect(p);
          return PdfWords.read(parsed(), page, geometry(p), deadline());
        });
  }

  @Override
  public synchronized List<String> notes(int page) {
    return guarded(
        page,
        () -> {
          List<String> notes = new ArrayList<>();
          if (mended) {
            notes.add("the file's cross-reference table is damaged and was rebuilt");
          }
          PdfInspection inspection = inspect(page(page));
          for (String font : inspection.missingFonts()) {
            notes.add("the font " + font + " is not in the file; another is shown in its place");
          }
          inspection.eastAsianFonts().forEach((font, script) -> notes.add(note(font, script)));
          return notes;
        });
  }

  private static String note(String font, Script script) {
    EastAsianFonts.Found found = EAST_ASIAN.find(script);
    return found != null
        ? "the font %s is not in the file; %s of this machine is shown in its place"
            .formatted(font, found.name())
        : "the font %s is not in the file, and this machine has no other for %s: characters are missing in the picture; install one (such as Noto Sans CJK: package fonts-noto-cjk of Debian and Ubuntu, google-noto-sans-cjk-fonts of Fedora, noto-fonts-cjk of Arch, font-noto-cjk of Alpine), or save the PDF with its fonts"
            .formatted(font, script.language);
  }

  @Override
  public synchronized String appearance(int page) {
    String known = appearances.get(page);
    if (known == null) {
      known =
          guarded(
              page,
              () ->
                  inspect(page(page)).eastAsianFonts().values().stream()
                      .distinct()
                      .sorted()
                      .map(EAST_ASIAN::find)
                      .filter(Objects::nonNull)
                      .map(EastAsianFonts.Found::identity)
                      .collect(Collectors.joining(", ")));
      appearances.put(page, known);
    }
    return known;
  }

  @Override
  public synchronized RgbImage render(int page, ImageSize size) {
    return guarded(
        page,
        () -> {
          PDPage p = page(page);
          inspect(p);
          PageGeometry geometry = geometry(p);
          BufferedImage picture =
              new BufferedImage(size.width(), size.height(), BufferedImage.TYPE_INT_ARGB);
          Graphics2D graphics = picture.createGraphics();
          PdfJpx jpx = new PdfJpx(options.limits());
          try {
            graphics.setBackground(new java.awt.Color(0, true));
            new PdfPainter.Renderer(parsed(), options.limits(), jpx, deadline())
                .renderPageToGraphics(
                    page,
                    graphics,
                    (float) (size.width() / geometry.width()),
                    (float) (size.height() / geometry.height()));
          } finally {
            graphics.dispose();
            if (jpx.hasDecoded()) {
              forget();
            }
          }
          return onWhite(picture);
        });
  }

  private long deadline() {
    return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(options.pageMillis());
  }

  private PdfInspection inspect(PDPage page) throws IOException {
    return PdfInspection.of(page, parsed().isEncrypted(), options.limits());
  }

  /** Blending within the page was with a transparent ground; paper comes last. */
  private static RgbImage onWhite(BufferedImage picture) {
    int[] argb = ((DataBufferInt) picture.getRaster().getDataBuffer()).getData();
    byte[] rgb = new byte[argb.length * 3];
    for (int i = 0, to = 0; i < argb.length; i++) {
      int alpha = argb[i] >>> 24;
      for (int shift = 16; shift >= 0; shift -= 8) {
        int mixed = (argb[i] >> shift & 0xFF) * alpha + 255 * (255 - alpha);
        rgb[to++] = (byte) ((mixed + 127) / 255);
      }
    }
    return new RgbImage(picture.getWidth(), picture.getHeight(), rgb);
  }

  private static PageGeometry geometry(PDPage page) {
    PDRectangle box = page.getCropBox();
    return new PageGeometry(
        box.getLowerLeftX(),
        box.getLowerLeftY(),
        box.getUpperRightX(),
        box.getUpperRightY(),
        page.getRotation());
  }

  private PDPage page(int page) throws IOException {
    if (page < 0 || page >= pages) {
      throw refused("has no page %d: it has %d".formatted(page + 1, pages), null);
    }
    if (used++ % PAGES_A_PARSE == 0 && used > 1) {
      forget();
    }
    return parsed().getPage(page);
  }

  private void forget() throws IOException {
    if (parsed != null) {
      parsed.close();
      parsed = null;
    }
  }

  private PDDocument parsed() throws IOException {
    PDDocument open = parsed;
    if (open == null) {
      open = Loader.loadPDF(new RandomAccessReadBuffer(bytes), password());
      parsed = open;
    }
    return open;
  }

  private interface Reading<T> {
    T read() throws IOException;
  }

  private <T> T guarded(int page, Reading<T> reading) {
    return guarded("page " + (page + 1), reading);
  }

  /** Makes one line of whatever PDFBox does about a file. */
  private <T> T guarded(String part, Reading<T> reading) {
    try {
      return reading.read();
    } catch (OcelliException e) {
      throw e;
    } catch (InvalidPasswordException e) {
      throw refused(
          options.password() == null
              ? "PDF document is encrypted and needs a password: give it (--pdf-password; 'password' in a request)"
              : "PDF document is encrypted, and the password does not open it: check it",
          e);
    } catch (PdfLimitException e) {
      throw refused("PDF " + part + " " + e.getMessage(), e);
    } catch (OutOfMemoryError e) {
      throw refused(
          "PDF "
              + part
              + " does not fit into memory: save it with smaller pictures, or give the program more memory",
          e);
    } catch (NoClassDefFoundError e) {
      throw refused(
          "PDF document is encrypted with a certificate, which is not supported: save it without encryption",
          e);
    } catch (IOException | RuntimeException | StackOverflowError | InternalError e) {
      throw refused(
          "PDF "
              + part
              + " is damaged: the reader reports \""
              + ImageDecoder.reason(e)
              + "\"; get another copy, or print it to a new PDF",
          e);
    }
  }

  private OcelliException refused(String predicate, @Nullable Throwable cause) {
    return ImageDecoder.refused(name, predicate, cause);
  }
}
