package dev.ocelli.media;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.fontbox.ttf.OTFParser;
import org.apache.fontbox.ttf.TTFParser;
import org.apache.fontbox.ttf.TrueTypeCollection;
import org.apache.fontbox.ttf.TrueTypeFont;
import org.apache.fontbox.util.autodetect.FontFileFinder;
import org.apache.pdfbox.io.RandomAccessReadBufferedFile;
import org.jspecify.annotations.Nullable;

/**
 * Fonts of the machine for Chinese, Japanese and Korean, which no font that comes with the program
 * has. They are looked for when a page first needs them, and then kept. Thread-safe.
 */
final class EastAsianFonts {
  /** Characters as the collections of Adobe name them, and who writes with them. */
  enum Script {
    GB1("Chinese", "sc", '\u6C49'),
    CNS1("Chinese", "tc", '\u6F22'),
    JAPAN1("Japanese", "jp", '\u3042'),
    KOREA1("Korean", "kr", '\uD55C');

    final String language;

    /** In the names of fonts. */
    private final String suffix;

    /** A font without it is none for them. */
    private final char sample;

    Script(String language, String suffix, char sample) {
      this.language = language;
      this.suffix = suffix;
      this.sample = sample;
    }

    /** The script of an ordering of characters, as CIDSystemInfo has it; null for others. */
    static @Nullable Script of(@Nullable String ordering) {
      return switch (ordering == null ? "" : ordering) {
        case "GB1" -> GB1;
        case "CNS1" -> CNS1;
        case "Japan1", "Japan2" -> JAPAN1;
        case "Korea1", "KR" -> KOREA1;
        default -> null;
      };
    }

    private Pattern[] files() {
      String regular = "[-_]?(regular|vf|\\[wght\\]|variablefont_wght)?\\.(ttc|otf|ttf)";
      String own =
          switch (this) {
            case GB1 ->
                "(wqy-(microhei|zenhei)|msyh|simsun|simhei|pingfang|stheiti.*|hiragino sans gb|uming)";
            case CNS1 -> "(msjh|mingliu|pingfang|stheiti.*|uming)";
            case JAPAN1 ->
                "(ipag|ipaexg|takaogothic|vl-gothic-regular|yugothr|msgothic|meiryo|hiragino.*w3)";
            case KOREA1 -> "(nanumgothic|malgun|gulim|batang|applesdgothicneo|undotum)";
          };
      return new Pattern[] {
        Pattern.compile("(noto|sourcehan)sans" + suffix + regular),
        Pattern.compile("(noto|sourcehan)sans(cjk)?" + suffix + regular),
        Pattern.compile("(notosanscjk|sourcehansans)" + regular),
        Pattern.compile("(notoserifcjk|sourcehanserif)(" + suffix + ")?" + regular),
        Pattern.compile(own + "\\.(ttc|otf|ttf)"),
        Pattern.compile("droidsansfallback(full)?\\.ttf")
      };
    }
  }

  /**
   * A font of the machine.
   *
   * @param name its own
   * @param identity tells it from others and from other versions of it
   */
  record Found(String name, String identity, TrueTypeFont font) {}

  private final Supplier<List<File>> installed;
  private final Map<Script, Optional<Found>> found = new EnumMap<>(Script.class);
  private @Nullable List<File> files;

  /**
   * Fonts among files.
   *
   * @param installed asked once, when a font is first needed
   */
  EastAsianFonts(Supplier<List<File>> installed) {
    this.installed = installed;
  }

  /** Fonts in the folders in which the operating system keeps them. */
  static EastAsianFonts ofMachine() {
    return new EastAsianFonts(() -> {
      List<File> files = new ArrayList<>();
      for (URI uri : new FontFileFinder().find()) {
        files.add(new File(uri));
      }
      files.sort(null);
      return files;
    });
  }

  /** The font for a script; null where the machine has none. */
  synchronized @Nullable Found find(Script script) {
    return found.computeIfAbsent(script, s -> Optional.ofNullable(search(s))).orElse(null);
  }

  private @Nullable Found search(Script script) {
    if (files == null) {
      files = List.copyOf(installed.get());
    }
    for (Pattern pattern : script.files()) {
      for (File file : files) {
        if (pattern.matcher(file.getName().toLowerCase(Locale.ROOT)).matches()) {
          try {
            TrueTypeFont font = open(file, script);
            if (font != null && has(font, script.sample)) {
              String name = String.valueOf(font.getName());
              return new Found(name, name + " " + file.length(), font);
            }
          } catch (IOException | RuntimeException e) {
            // A damaged font is none: the next may do.
            continue;
          }
        }
      }
    }
    return null;
  }

  private static @Nullable TrueTypeFont open(File file, Script script) throws IOException {
    String name = file.getName().toLowerCase(Locale.ROOT);
    if (name.endsWith(".ttc")) {
      List<TrueTypeFont> all = new ArrayList<>();
      // Its fonts read from it as long as they are used.
      new TrueTypeCollection(file).processAllFonts(all::add);
      for (TrueTypeFont font : all) {
        String own = String.valueOf(font.getName()).toLowerCase(Locale.ROOT);
        if (own.contains(script.suffix + "-") && !own.contains("mono")) {
          return font;
        }
      }
      return all.isEmpty() ? null : all.getFirst();
    }
    RandomAccessReadBufferedFile in = new RandomAccessReadBufferedFile(file);
    return name.endsWith(".otf") ? new OTFParser().parse(in) : new TTFParser().parse(in);
  }

  private static boolean has(TrueTypeFont font, char character) throws IOException {
    var characters = font.getUnicodeCmapLookup(false);
    return characters != null && characters.getGlyphId(character) != 0;
  }
}
