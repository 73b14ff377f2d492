package dev.ocelli.cli.flags;

import dev.ocelli.engine.OcelliException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A picture as it is written on the command line: a file, {@code -} for standard input, with limits
 * of its own after a colon, pages of a document after a hash, or several with commas between.
 *
 * <p>A file that exists under the whole name is always meant, whatever characters the name has.
 *
 * @param file the file's name, or {@code -}
 * @param minTokens fewest tokens for this picture alone
 * @param maxTokens most tokens for this picture alone
 * @param pages of a document, as they were written, or null for those that the flags say
 */
public record PictureArgument(
    String file, OptionalInt minTokens, OptionalInt maxTokens, @Nullable String pages) {
  private static final Pattern WITH_PAGES = Pattern.compile("(?s)(.+)#pages=([\\d,-]+)");

  private static final Pattern WITH_LIMITS =
      Pattern.compile("(?s)(.+):((?:min|max)-tokens=\\d{1,9}(?:,(?:min|max)-tokens=\\d{1,9})*)");

  /** What is meant as limits, but is not written as such. */
  private static final Pattern WITH_OPTIONS = Pattern.compile("(?s)(.+?):([\\w-]+=.*)");

  /** Whether the picture is read from standard input. */
  public boolean isStandardInput() {
    return file.equals("-");
  }

  /**
   * Reads one word of the command line.
   *
   * @param exists whether a file of that name exists
   */
  public static List<PictureArgument> parse(String text, Predicate<String> exists) {
    if (text.isEmpty()) {
      throw new OcelliException(
          OcelliException.Kind.USAGE, "the name of a picture is empty; name a file");
    }
    if (exists.test(text) || text.equals("-")) {
      return List.of(plain(text));
    }
    Matcher m = WITH_LIMITS.matcher(text);
    if (m.matches()) {
      return List.of(limited(withPages(m.group(1)), m.group(2)));
    }
    PictureArgument chosen = withPages(text);
    if (chosen.pages() != null) {
      return List.of(chosen);
    }
    Matcher options = WITH_OPTIONS.matcher(text);
    if (options.matches() && exists.test(options.group(1))) {
      throw new OcelliException(
          OcelliException.Kind.USAGE,
          "%s: '%s' is no picture option; after a picture's name there can be :min-tokens=N, :max-tokens=N, or both with a comma, N from 1 to 999999999"
              .formatted(options.group(1), options.group(2)));
    }
    String[] parts = text.split(",", -1);
    if (parts.length > 1 && List.of(parts).stream().allMatch(exists)) {
      List<PictureArgument> all = new ArrayList<>();
      for (String part : parts) {
        all.add(plain(part));
      }
      return all;
    }
    return List.of(plain(text));
  }

  private static PictureArgument plain(String file) {
    return new PictureArgument(file, OptionalInt.empty(), OptionalInt.empty(), null);
  }

  /** A name that may end in pages. */
  private static PictureArgument withPages(String text) {
    Matcher m = WITH_PAGES.matcher(text);
    return m.matches()
        ? new PictureArgument(m.group(1), OptionalInt.empty(), OptionalInt.empty(), m.group(2))
        : plain(text);
  }

  private static PictureArgument limited(PictureArgument of, String limits) {
    OptionalInt min = OptionalInt.empty();
    OptionalInt max = OptionalInt.empty();
    for (String limit : limits.split(",", -1)) {
      OptionalInt value = OptionalInt.of(Integer.parseInt(limit.substring("min-tokens=".length())));
      if (limit.startsWith("min")) {
        min = value;
      } else {
        max = value;
      }
    }
    return new PictureArgument(of.file(), min, max, of.pages());
  }
}
