package dev.ocelli.media;

import dev.ocelli.engine.OcelliException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Pages as people write them: {@code 1-5,9}, {@code 12-} for all from there, {@code -3}. */
public final class PageRange {
  private static final Pattern PART = Pattern.compile("(\\d{1,9})?(-)?(\\d{1,9})?");

  private PageRange() {}

  /**
   * The pages that a text means, in its order, counted from 0.
   *
   * @param document whose pages
   * @throws OcelliException USAGE when it is no range, or there are no such pages
   */
  public static List<Integer> of(String text, Document document) {
    List<Integer> out = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      Matcher m = PART.matcher(part.strip());
      boolean range = m.matches() && (m.group(1) != null || m.group(3) != null);
      if (!range || m.group(2) == null && m.group(3) != null) {
        throw new OcelliException(
            OcelliException.Kind.USAGE,
            "'%s' names no pages; write for example 1-5,9 or 12-".formatted(text));
      }
      int first = m.group(1) == null ? 1 : Integer.parseInt(m.group(1));
      int last =
          m.group(2) == null
              ? first
              : m.group(3) == null ? document.pages() : Integer.parseInt(m.group(3));
      if (first < 1 || first > last || last > document.pages()) {
        throw new OcelliException(
            OcelliException.Kind.USAGE,
            "%s: pages '%s' are asked for, but it has %s"
                .formatted(
                    document.name(),
                    part.strip(),
                    document.pages() == 1
                        ? "1 page"
                        : document.pages() + " pages, 1 to " + document.pages()));
      }
      for (int page = first; page <= last; page++) {
        out.add(page - 1);
      }
      if (out.size() > DocumentOptions.DEFAULT.maxPages()) {
        throw new OcelliException(
            OcelliException.Kind.USAGE,
            "pages '%s' are more than %d; choose fewer"
                .formatted(text, DocumentOptions.DEFAULT.maxPages()));
      }
    }
    return List.copyOf(out);
  }
}
