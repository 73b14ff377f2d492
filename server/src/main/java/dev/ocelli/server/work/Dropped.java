package dev.ocelli.server.work;

/**
 * What left a conversation because it outgrew the context.
 *
 * @param turns whole turns, the oldest ones
 * @param messages of these turns
 * @param media pictures and clips of these turns
 * @param tokens that the prompt has fewer
 * @param context tokens that the context holds
 */
public record Dropped(int turns, int messages, int media, int tokens, int context) {

  /** A sentence about it. */
  public String text() {
    return "the %s (%s, %s; %d tokens) left the conversation, which had outgrown the context of %d tokens"
        .formatted(
            turns == 1 ? "oldest turn" : "%d oldest turns".formatted(turns),
            counted(messages, "message"),
            counted(media, "picture or clip"),
            tokens,
            context);
  }

  private static String counted(int n, String what) {
    String several = what.equals("message") ? "messages" : "pictures or clips";
    return "%d %s".formatted(n, n == 1 ? what : several);
  }
}
