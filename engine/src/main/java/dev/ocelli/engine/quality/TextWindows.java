package dev.ocelli.engine.quality;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import java.util.Arrays;

/**
 * A text cut into windows that are read one by one, each from an empty context: the method of
 * llama.cpp's {@code llama-perplexity}. The first half of a window is only read; of the second
 * half, every token but the first is predicted from all before it in the window. What is left
 * behind the last whole window does not count.
 *
 * @param ids tokens of all windows, one after the other
 * @param context tokens of a window
 * @param count windows
 */
@SuppressWarnings("ArrayRecordComponent") // a whole text; nobody compares them
public record TextWindows(int[] ids, int context, int count) {
  /** The shortest window that has a token to predict in its second half. */
  public static final int LEAST = 4;

  /**
   * Cuts a text.
   *
   * @param ids its tokens
   * @param most windows that are wanted
   * @param origin of the text, for the message
   * @throws OcelliException (INPUT) when it is shorter than a window
   */
  public static TextWindows of(int[] ids, int context, int most, String origin) {
    int count = Math.min(ids.length / context, most);
    if (count < 1) {
      throw new OcelliException(
          Kind.INPUT,
          ids.length == 0
              ? origin + ": the text is empty; give another one"
              : "%s: the text has %d tokens, fewer than a window of %d; give a longer one or a smaller --ctx-size"
                  .formatted(origin, ids.length, context));
    }
    return new TextWindows(Arrays.copyOf(ids, count * context), context, count);
  }

  /** Index in a window of the token behind which the first prediction is made. */
  public int first() {
    return context / 2;
  }

  /** Predictions in a window. */
  public int scored() {
    return context - 1 - first();
  }

  /** Tokens of a window that have to be read: its last one is only predicted. */
  int[] prompt(int window) {
    return Arrays.copyOfRange(ids, window * context, (window + 1) * context - 1);
  }

  /** The token that a row of a window's predictions is about. */
  int target(int window, int row) {
    return ids[window * context + first() + 1 + row];
  }
}
