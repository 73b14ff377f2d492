package dev.ocelli.engine.tokenizer;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The text of a reply, piece by piece as its ids are made.
 *
 * <p>Bytes of an unfinished character are held back, and so is text that may be the beginning of a
 * stop string; so the pieces, joined, are the text of all ids up to the stop string. The stop
 * string that ends first wins, of those that end together the longest. How ids are grouped into
 * calls does not matter. Not safe for use by several threads.
 */
public final class TokenStream {
  private final Vocabulary vocabulary;
  private final List<String> stops;
  private final int[][] failure;
  private final int[] matched;
  private final boolean showSpecial;
  private final Utf8Decoder decoder = new Utf8Decoder();
  private final StringBuilder held = new StringBuilder();
  private int examined;
  private @Nullable String stop;

  TokenStream(Vocabulary vocabulary, List<String> stops, boolean showSpecial) {
    this.vocabulary = vocabulary;
    this.stops = List.copyOf(stops);
    this.showSpecial = showSpecial;
    this.matched = new int[stops.size()];
    this.failure = new int[stops.size()][];
    for (int s = 0; s < failure.length; s++) {
      if (stops.get(s).isEmpty()) {
        throw new IllegalArgumentException("empty stop string");
      }
      failure[s] = failureOf(stops.get(s));
    }
  }

  // Knuth, Morris, Pratt: failure[i] is the longest proper beginning of the stop string that is
  // also
  // the end of its first i + 1 characters.
  private static int[] failureOf(String stop) {
    int[] failure = new int[stop.length()];
    for (int i = 1; i < failure.length; i++) {
      failure[i] = step(stop, failure, failure[i - 1], stop.charAt(i));
    }
    return failure;
  }

  private static int step(String stop, int[] failure, int length, char c) {
    int n = length;
    while (n > 0 && (n == stop.length() || stop.charAt(n) != c)) {
      n = failure[n - 1];
    }
    return stop.charAt(n) == c ? n + 1 : n;
  }

  /**
   * Takes the next id.
   *
   * @return the text that is now certain, often empty; always empty after a stop string
   */
  public String accept(int id) {
    if (stop != null) {
      return "";
    }
    if (showSpecial || !vocabulary.isHidden(id)) {
      decoder.accept(vocabulary.bytes(id), held);
    }
    return certain(false);
  }

  /** Ends the reply: returns what was held back, an unfinished character as U+FFFD. */
  public String flush() {
    if (stop != null) {
      return "";
    }
    decoder.finish(held);
    return certain(true);
  }

  /** The stop string that ended the text, or null while there was none. */
  public @Nullable String stoppedBy() {
    return stop;
  }

  private String certain(boolean all) {
    for (; examined < held.length(); examined++) {
      String found = examine(held.charAt(examined));
      if (found != null) {
        stop = found;
        String before = held.substring(0, examined + 1 - found.length());
        held.setLength(0);
        return before;
      }
    }
    int keep = 0;
    if (!all) {
      for (int length : matched) {
        keep = Math.max(keep, length);
      }
    }
    String piece = held.substring(0, held.length() - keep);
    held.delete(0, piece.length());
    examined = held.length();
    return piece;
  }

  private @Nullable String examine(char c) {
    String found = null;
    for (int s = 0; s < matched.length; s++) {
      String candidate = stops.get(s);
      matched[s] = step(candidate, failure[s], matched[s], c);
      if (matched[s] == candidate.length()
          && (found == null || candidate.length() > found.length())) {
        found = candidate;
      }
    }
    return found;
  }
}
