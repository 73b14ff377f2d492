package dev.ocelli.media;

import java.util.List;

/**
 * The text layer of a page: what the file says its words are. It need not be what the page shows.
 *
 * @param text in reading order, lines with line ends; empty where there is none
 * @param words in the same order
 */
public record PageText(String text, List<Word> words) {
  /** Of pages without a text layer. */
  public static final PageText NONE = new PageText("", List.of());

  /**
   * A word and where it is shown.
   *
   * @param box in points of the page as shown
   */
  public record Word(String text, PageBox box) {}
}
