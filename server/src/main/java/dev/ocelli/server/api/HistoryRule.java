package dev.ocelli.server.api;

import dev.ocelli.engine.OcelliException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What becomes of a conversation that has outgrown the context.
 *
 * @param sliding whether its oldest turns leave; otherwise it is refused
 * @param turns that stay at most once turns leave; 0 for as many as fit
 */
public record HistoryRule(boolean sliding, int turns) {
  /** It is refused with the numbers. */
  public static final HistoryRule ERROR = new HistoryRule(false, 0);

  /** As many turns leave as must. */
  public static final HistoryRule SLIDING = new HistoryRule(true, 0);

  private static final Pattern TURNS = Pattern.compile("sliding:(\\d{1,6})");

  /**
   * Reads {@code error}, {@code sliding} or {@code sliding:TURNS}.
   *
   * @throws OcelliException USAGE when it is something else
   */
  public static HistoryRule parse(String text) {
    Matcher m = TURNS.matcher(text);
    if (m.matches() && Integer.parseInt(m.group(1)) > 0) {
      return new HistoryRule(true, Integer.parseInt(m.group(1)));
    }
    return switch (text) {
      case "error" -> ERROR;
      case "sliding" -> SLIDING;
      default ->
          throw new OcelliException(
              OcelliException.Kind.USAGE,
              "history is '%s'; use error, sliding, or sliding:TURNS with the turns that are to stay, at least 1"
                  .formatted(text));
    };
  }
}
