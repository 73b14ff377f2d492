package dev.ocelli.media;

import dev.ocelli.media.EastAsianFonts.Script;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.pdfbox.cos.COSArray;
import org.apache.pdfbox.cos.COSBase;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.cos.COSObject;
import org.apache.pdfbox.cos.COSStream;
import org.apache.pdfbox.filter.Filter;
import org.apache.pdfbox.filter.FilterFactory;
import org.apache.pdfbox.pdmodel.PDPage;
import org.jspecify.annotations.Nullable;

/**
 * What a page consists of, looked through before it is drawn: pictures and streams that are too
 * large are refused, fonts that the file lacks are noted.
 *
 * @param missingFonts names in order, those left out that the replacement looks like
 * @param eastAsianFonts names of those for Chinese, Japanese or Korean, which the replacement does
 *     not have
 */
record PdfInspection(Set<String> missingFonts, Map<String, Script> eastAsianFonts) {
  /** Objects of a page that are looked at; more are no page. */
  private static final int MOST_OBJECTS = 500_000;

  /** Bytes of a row that predictors of a stream may hold at a time. */
  private static final long MOST_ROW_BYTES = 16L << 20;

  /** Keys that lead from a page to other pages, or to nothing that is shown. */
  private static final Set<COSName> ELSEWHERE =
      Set.of(
          COSName.PARENT,
          COSName.P,
          COSName.DEST,
          COSName.A,
          COSName.AA,
          COSName.POPUP,
          COSName.IRT,
          COSName.getPDFName("B"),
          COSName.getPDFName("StructParents"),
          COSName.getPDFName("PieceInfo"),
          COSName.METADATA,
          COSName.THUMB);

  /** Decoders of pictures, whose results follow from the size of the picture. */
  private static final Set<COSName> PICTURE_FILTERS =
      Set.of(
          COSName.DCT_DECODE,
          COSName.DCT_DECODE_ABBREVIATION,
          COSName.JPX_DECODE,
          COSName.JBIG2_DECODE,
          COSName.CCITTFAX_DECODE,
          COSName.CCITTFAX_DECODE_ABBREVIATION);

  /**
   * Looks through a page.
   *
   * @param encrypted whether its streams were encrypted, so that {@link PdfBombs} did not see them
   * @throws PdfLimitException when it costs too much
   */
  static PdfInspection of(PDPage page, boolean encrypted, DecodeLimits limits) throws IOException {
    Walk walk = new Walk(encrypted, limits);
    walk.from(page);
    return new PdfInspection(walk.missingFonts, walk.eastAsianFonts);
  }

  /** Refuses a picture inside a page that is larger than a picture may be. */
  static void checkPicture(int width, int height, DecodeLimits limits) {
    long pixels = (long) width * height;
    long most = Math.min(limits.maxPixels(), PdfBombs.MOST_BYTES / 4);
    if (width > limits.maxSide() || height > limits.maxSide() || pixels > most) {
      throw new PdfLimitException(
          "has a picture of %d x %d pixels, but at most %d pixels and %d a side are decoded: save it with smaller pictures"
              .formatted(width, height, most, limits.maxSide()));
    }
  }

  private static final class Walk {
    private final boolean encrypted;
    private final DecodeLimits limits;
    private final Set<String> missingFonts = new TreeSet<>();
    private final Map<String, Script> eastAsianFonts = new TreeMap<>();
    private final Set<COSBase> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Deque<COSBase> open = new ArrayDeque<>();

    Walk(boolean encrypted, DecodeLimits limits) {
      this.encrypted = encrypted;
      this.limits = limits;
    }

    void from(PDPage page) throws IOException {
      add(page.getCOSObject());
      if (page.getResources() != null) {
        add(page.getResources().getCOSObject());
      }
      while (!open.isEmpty()) {
        look(open.pop());
      }
    }

    private void add(@Nullable COSBase object) {
      COSBase direct = object instanceof COSObject o ? o.getObject() : object;
      boolean holds = direct instanceof COSDictionary || direct instanceof COSArray;
      if (direct == null || !holds || !seen.add(direct)) {
        return;
      }
      if (seen.size() > MOST_OBJECTS) {
        throw new PdfLimitException(
            "consists of more than %d objects: print it to a simpler PDF".formatted(MOST_OBJECTS));
      }
      open.push(direct);
    }

    private void look(COSBase object) throws IOException {
      if (object instanceof COSArray array) {
        for (int i = 0; i < array.size(); i++) {
          add(array.get(i));
        }
        return;
      }
      COSDictionary dictionary = (COSDictionary) object;
      if (COSName.IMAGE.equals(dictionary.getDictionaryObject(COSName.SUBTYPE))) {
        checkPicture(
            dictionary.getInt(COSName.WIDTH, 0), dictionary.getInt(COSName.HEIGHT, 0), limits);
      }
      if (COSName.FONT.equals(dictionary.getDictionaryObject(COSName.TYPE))) {
        noteFont(dictionary);
      }
      if (dictionary instanceof COSStream stream) {
        measure(stream);
      }
      for (COSName key : dictionary.keySet()) {
        if (!ELSEWHERE.contains(key)) {
          add(dictionary.getItem(key));
        }
      }
    }

    private void noteFont(COSDictionary font) {
      COSBase subtype = font.getDictionaryObject(COSName.SUBTYPE);
      boolean drawsItself = COSName.TYPE3.equals(subtype) || COSName.TYPE0.equals(subtype);
      COSDictionary descriptor = font.getCOSDictionary(COSName.FONT_DESC);
      boolean embedded =
          descriptor != null
              && (descriptor.containsKey(COSName.FONT_FILE)
                  || descriptor.containsKey(COSName.FONT_FILE2)
                  || descriptor.containsKey(COSName.FONT_FILE3));
      String name = font.getNameAsString(COSName.BASE_FONT);
      // The replacement has the shapes and widths of these two.
      boolean alike = name != null && (name.equals("Helvetica") || name.startsWith("Arial"));
      if (drawsItself || embedded || alike) {
        return;
      }
      COSDictionary system = font.getCOSDictionary(COSName.CIDSYSTEMINFO);
      Script script = Script.of(system == null ? null : system.getString(COSName.ORDERING));
      String said = name == null ? "without a name" : name;
      if (script == null) {
        missingFonts.add(said);
      } else {
        eastAsianFonts.put(said, script);
      }
    }

    /** Decodes a stream and throws the bytes away, unless {@link PdfBombs} has done so. */
    private void measure(COSStream stream) throws IOException {
      List<COSName> filters = filters(stream);
      checkRows(stream);
      boolean deflatedAlone =
          filters.size() == 1 && filters.getFirst().equals(COSName.FLATE_DECODE);
      boolean readable = stream.hasData() && !filters.isEmpty();
      if (!readable || deflatedAlone && !encrypted) {
        return;
      }
      byte[] data;
      try (InputStream in = stream.createRawInputStream()) {
        data = in.readAllBytes();
      }
      for (int i = 0; i < filters.size() && !PICTURE_FILTERS.contains(filters.get(i)); i++) {
        Filter filter = FilterFactory.INSTANCE.getFilter(filters.get(i));
        boolean last = i == filters.size() - 1 || PICTURE_FILTERS.contains(filters.get(i + 1));
        Counted out = new Counted(!last);
        filter.decode(new ByteArrayInputStream(data), out, stream, i);
        data = out.bytes();
      }
    }

    private static List<COSName> filters(COSStream stream) {
      COSBase filters = stream.getFilters();
      List<COSName> out = new ArrayList<>();
      if (filters instanceof COSName name) {
        out.add(name);
      } else if (filters instanceof COSArray array) {
        for (int i = 0; i < array.size(); i++) {
          if (array.getObject(i) instanceof COSName name) {
            out.add(name);
          }
        }
      }
      return out;
    }

    /** Predictors hold a row, however long a file says that it is. */
    private static void checkRows(COSStream stream) {
      COSBase parameters = stream.getDictionaryObject(COSName.DECODE_PARMS, COSName.DP);
      List<COSBase> all = new ArrayList<>();
      if (parameters instanceof COSArray array) {
        for (int i = 0; i < array.size(); i++) {
          all.add(array.getObject(i));
        }
      } else if (parameters != null) {
        all.add(parameters);
      }
      for (COSBase one : all) {
        if (one instanceof COSDictionary d) {
          double bits =
              (double) d.getInt(COSName.COLUMNS, 1)
                  * d.getInt(COSName.COLORS, 1)
                  * d.getInt(COSName.BITS_PER_COMPONENT, 8);
          if (bits < 0 || bits / 8 > MOST_ROW_BYTES) {
            throw new PdfLimitException(
                "has a stream with rows of %.0f bytes: it looks like an attack"
                    .formatted(bits / 8));
          }
        }
      }
    }
  }

  /** Counts bytes, and keeps them where they are to be decoded further. */
  private static final class Counted extends OutputStream {
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private final boolean keep;
    private long total;

    Counted(boolean keep) {
      this.keep = keep;
    }

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] data, int from, int length) {
      total += length;
      if (total > PdfBombs.MOST_BYTES) {
        throw new PdfLimitException(
            "has a stream that becomes more than %d MiB when it is decoded: it looks like an attack"
                .formatted(PdfBombs.MOST_BYTES >> 20));
      }
      if (keep) {
        kept.write(data, from, length);
      }
    }

    byte[] bytes() {
      return kept.toByteArray();
    }
  }
}
