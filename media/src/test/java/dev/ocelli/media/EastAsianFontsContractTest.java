package dev.ocelli.media;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.vision.ImageSize;
import dev.ocelli.engine.vision.RgbImage;
import dev.ocelli.media.EastAsianFonts.Script;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pdfbox.cos.COSArray;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.cos.COSString;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDResources;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.common.PDStream;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Chinese, Japanese and Korean that a document has no font for. */
class EastAsianFontsContractTest {
  @TempDir Path folder;

  private File font(String name, int... characters) throws IOException {
    return Files.write(folder.resolve(name), withCharacters(characters)).toFile();
  }

  /** The font of PDFBox with other characters for its glyph 36, and no others. */
  private static byte[] withCharacters(int... characters) throws IOException {
    byte[] whole;
    try (InputStream in =
        PDFont.class.getResourceAsStream(
            "/org/apache/pdfbox/resources/ttf/LiberationSans-Regular.ttf")) {
      whole = in.readAllBytes();
    }
    ByteBuffer groups = ByteBuffer.allocate(4 + 8 + 16 + 12 * characters.length);
    groups.putShort((short) 0).putShort((short) 1);
    groups.putShort((short) 3).putShort((short) 10).putInt(12);
    groups.putShort((short) 12).putShort((short) 0);
    groups.putInt(16 + 12 * characters.length).putInt(0).putInt(characters.length);
    for (int c : characters) {
      groups.putInt(c).putInt(c).putInt(36);
    }
    ByteBuffer font = ByteBuffer.allocate(whole.length + groups.capacity());
    font.put(whole).put(groups.array());
    for (int i = 0; i < font.getShort(4); i++) {
      int entry = 12 + 16 * i;
      if (font.getInt(entry) == 0x636D6170) {
        font.putInt(entry + 8, whole.length).putInt(entry + 12, groups.capacity());
      }
    }
    return font.array();
  }

  @Test
  void fontsAreFoundByScriptAndOnce() throws IOException {
    List<File> files =
        List.of(
            font("Arial.ttf", 0x6C49, 0xD55C),
            // Named as one that would do, but damaged, and without the characters.
            Files.writeString(folder.resolve("NotoSansSC.ttf"), "nothing").toFile(),
            font("NotoSansSC-Regular.ttf", 0x41),
            font("wqy-zenhei.ttf", 0x6C49),
            font("NanumGothic.ttf", 0xD55C));
    AtomicInteger asked = new AtomicInteger();
    EastAsianFonts fonts =
        new EastAsianFonts(() -> {
          asked.incrementAndGet();
          return files;
        });
    assertThat(asked).hasValue(0);
    EastAsianFonts.Found chinese = requireNonNull(fonts.find(Script.GB1));
    assertThat(chinese.font().getUnicodeCmapLookup().getGlyphId(0x6C49)).isEqualTo(36);
    assertThat(requireNonNull(fonts.find(Script.KOREA1)).font()).isNotSameAs(chinese.font());
    assertThat(fonts.find(Script.JAPAN1)).isNull();
    assertThat(fonts.find(Script.GB1)).isSameAs(chinese);
    assertThat(asked).hasValue(1);
  }

  /** A page with two characters of a font that is not in the file. */
  private static byte[] chinese() {
    return PdfFiles.of(d -> {
      COSDictionary system = new COSDictionary();
      system.setItem(COSName.REGISTRY, new COSString("Adobe"));
      system.setItem(COSName.ORDERING, new COSString("GB1"));
      system.setInt(COSName.SUPPLEMENT, 2);
      COSDictionary descriptor = new COSDictionary();
      descriptor.setItem(COSName.TYPE, COSName.FONT_DESC);
      descriptor.setName(COSName.FONT_NAME, "SimSun");
      descriptor.setInt(COSName.FLAGS, 4);
      COSDictionary characters = new COSDictionary();
      characters.setItem(COSName.TYPE, COSName.FONT);
      characters.setItem(COSName.SUBTYPE, COSName.CID_FONT_TYPE2);
      characters.setName(COSName.BASE_FONT, "SimSun");
      characters.setItem(COSName.CIDSYSTEMINFO, system);
      characters.setItem(COSName.FONT_DESC, descriptor);
      COSDictionary font = new COSDictionary();
      font.setItem(COSName.TYPE, COSName.FONT);
      font.setItem(COSName.SUBTYPE, COSName.TYPE0);
      font.setName(COSName.BASE_FONT, "SimSun");
      font.setName(COSName.ENCODING, "UniGB-UCS2-H");
      COSArray descendants = new COSArray();
      descendants.add(characters);
      font.setItem(COSName.DESCENDANT_FONTS, descendants);
      COSDictionary fonts = new COSDictionary();
      fonts.setItem(COSName.getPDFName("F1"), font);
      PDPage page = new PDPage(new PDRectangle(100, 60));
      d.addPage(page);
      page.setResources(new PDResources());
      page.getResources().getCOSObject().setItem(COSName.FONT, fonts);
      byte[] content = "BT /F1 40 Tf 10 15 Td <6C496587> Tj ET".getBytes(StandardCharsets.US_ASCII);
      page.setContents(new PDStream(d, new ByteArrayInputStream(content)));
    });
  }

  /** On a machine with such a font and on one without. */
  @Test
  void pagesAreDrawnWithAFontOfTheMachineOrSayWhatToInstall() {
    Document document = Documents.open(chinese(), "a.pdf", DocumentOptions.DEFAULT);
    RgbImage page = document.render(0, new ImageSize(200, 120));
    int dark = 0;
    for (byte b : page.rgb()) {
      dark += (b & 0xFF) < 128 ? 1 : 0;
    }
    EastAsianFonts.Found found = PdfDocument.EAST_ASIAN.find(Script.GB1);
    String identity = PagePicture.of(document, 0).sha256();
    byte[] plain =
        "page 0 of %s, renderer 1".formatted(document.sha256()).getBytes(StandardCharsets.UTF_8);
    if (found == null) {
      assertThat(document.notes(0))
          .singleElement()
          .asString()
          .startsWith(
              "the font SimSun is not in the file, and this machine has no other for Chinese: characters are missing in the picture; install one (such as Noto Sans CJK: package fonts-noto-cjk of Debian");
      assertThat(identity).isEqualTo(Hashes.sha256(plain));
    } else {
      assertThat(document.notes(0))
          .containsExactly(
              "the font SimSun is not in the file; %s of this machine is shown in its place"
                  .formatted(found.name()));
      assertThat(dark).isGreaterThan(1500);
      // Caches tell pages with one font from those with another.
      assertThat(identity).isNotEqualTo(Hashes.sha256(plain));
    }
    assertThat(document.text(0).text()).isEqualTo("\u6C49\u6587");
  }
}
