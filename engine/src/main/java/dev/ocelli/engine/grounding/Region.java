package dev.ocelli.engine.grounding;

/**
 * Something that a reply points at.
 *
 * @param label what it is called; empty where the reply gives no name
 * @param shape in parts of a thousand of the picture's width and height, as the model wrote it
 * @param picture which picture, counted from 1 as chat templates number them; 0 where the reply
 *     does not say
 * @param start where the entry begins in the reply's text, in UTF-16 units
 * @param end where it ends, exclusive
 */
public record Region(String label, Shape shape, int picture, int start, int end) {
  /**
   * The index of the picture among the pictures of a request: the one that is said, or the only one
   * there is; -1 where that is unknown.
   */
  public int pictureOf(int pictures) {
    if (picture > 0) {
      return picture <= pictures ? picture - 1 : -1;
    }
    return pictures == 1 ? 0 : -1;
  }
}
