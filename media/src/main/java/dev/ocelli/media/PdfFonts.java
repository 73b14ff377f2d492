package dev.ocelli.media;

import dev.ocelli.media.EastAsianFonts.Script;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.apache.fontbox.FontBoxFont;
import org.apache.fontbox.ttf.TTFParser;
import org.apache.fontbox.ttf.TrueTypeFont;
import org.apache.pdfbox.io.RandomAccessReadBuffer;
import org.apache.pdfbox.pdmodel.font.CIDFontMapping;
import org.apache.pdfbox.pdmodel.font.FontMapper;
import org.apache.pdfbox.pdmodel.font.FontMapping;
import org.apache.pdfbox.pdmodel.font.PDCIDSystemInfo;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.font.PDFontDescriptor;
import org.jspecify.annotations.Nullable;

/**
 * Gives the one font that PDFBox brings along in the place of fonts that a file lacks. Fonts of the
 * machine would make a page's pixels depend on it; only Chinese, Japanese and Korean, which that
 * font does not have, are taken from them.
 */
final class PdfFonts implements FontMapper {
  private static final String BUNDLED =
      "/org/apache/pdfbox/resources/ttf/LiberationSans-Regular.ttf";

  private final TrueTypeFont font;
  private final EastAsianFonts eastAsian;

  PdfFonts(EastAsianFonts eastAsian) {
    this.eastAsian = eastAsian;
    try (InputStream in = PDFont.class.getResourceAsStream(BUNDLED)) {
      if (in == null) {
        throw new IllegalStateException("PDFBox lacks " + BUNDLED);
      }
      this.font = new TTFParser().parse(new RandomAccessReadBuffer(in.readAllBytes()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public FontMapping<TrueTypeFont> getTrueTypeFont(
      @Nullable String baseFont, @Nullable PDFontDescriptor descriptor) {
    return new FontMapping<>(font, true);
  }

  @Override
  public FontMapping<FontBoxFont> getFontBoxFont(
      @Nullable String baseFont, @Nullable PDFontDescriptor descriptor) {
    return new FontMapping<>(font, true);
  }

  @Override
  @SuppressWarnings("NullAway") // PDFBox takes null for "no OpenType font"
  public CIDFontMapping getCIDFont(
      @Nullable String baseFont,
      @Nullable PDFontDescriptor descriptor,
      @Nullable PDCIDSystemInfo system) {
    Script script = Script.of(system == null ? null : system.getOrdering());
    EastAsianFonts.Found found = script == null ? null : eastAsian.find(script);
    // Given as a font by characters: its own numbers of glyphs are not those of the collection.
    return new CIDFontMapping(null, found == null ? font : found.font(), true);
  }
}
