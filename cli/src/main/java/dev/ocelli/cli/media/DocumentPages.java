package dev.ocelli.cli.media;

import dev.ocelli.media.Document;
import dev.ocelli.media.PagePicture;
import dev.ocelli.media.PageRange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The pages of a document that a command line asks for.
 *
 * @param pages counted from 0, in the order asked for
 */
public record DocumentPages(Document document, List<Integer> pages) {

  /** Chooses pages; null means all. */
  public static DocumentPages of(Document document, @Nullable String range) {
    return new DocumentPages(document, PageRange.of(range == null ? "1-" : range, document));
  }

  /** The pages as pictures, none of them drawn yet. */
  public List<PagePicture> pictures() {
    return pages.stream().map(p -> PagePicture.of(document, p)).toList();
  }

  /** What to tell about them, a line each. */
  List<String> notes() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s: %s, sent: %s"
            .formatted(
                document.name(),
                document.pages() == 1 ? "1 page" : document.pages() + " pages",
                pages.size() == document.pages() ? "all" : ranges(pages)));
    Map<String, List<Integer>> notes = new LinkedHashMap<>();
    for (int page : pages) {
      for (String note : document.notes(page)) {
        notes.computeIfAbsent(note, n -> new ArrayList<>()).add(page);
      }
    }
    notes.forEach(
        (note, on) -> lines.add("%s, page %s: %s".formatted(document.name(), ranges(on), note)));
    return lines;
  }

  /** Pages as people write them, runs joined. */
  private static String ranges(List<Integer> pages) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < pages.size(); ) {
      int end = i + 1;
      while (end < pages.size() && pages.get(end) == pages.get(end - 1) + 1) {
        end++;
      }
      out.append(out.isEmpty() ? "" : ",").append(pages.get(i) + 1);
      if (end > i + 1) {
        out.append('-').append(pages.get(end - 1) + 1);
      }
      i = end;
    }
    return out.toString();
  }
}
