package dev.ocelli.engine.chat;

/**
 * Splits a reply into reasoning and answer while it is made (QWEN3VL section 6.4, Thinking models).
 *
 * <p>A reply starts inside the reasoning when the prompt opened it, or when it begins with {@code
 * <think>}. Line ends around the marks belong to neither part. Text that may be the beginning of a
 * mark is held back until it is known.
 */
public final class ReplyParser {
  private static final String OPEN = "<think>";
  private static final String CLOSE = "</think>";

  private enum State {
    /** Nothing but a possible opening mark has come. */
    START,
    /** Line ends after the opening mark are skipped. */
    REASONING_START,
    REASONING,
    /** Line ends after the closing mark are skipped. */
    ANSWER_START,
    ANSWER
  }

  private final StringBuilder pending = new StringBuilder();
  private State state;

  /**
   * Text that is now known to belong to a part.
   *
   * @param reasoning possibly empty
   * @param answer possibly empty
   */
  public record Pieces(String reasoning, String answer) {}

  /** Starts a reply; {@code inReasoning} when the prompt ends inside the reasoning. */
  public ReplyParser(boolean inReasoning) {
    state = inReasoning ? State.REASONING_START : State.START;
  }

  /** Takes the next piece of the reply. */
  public Pieces accept(String piece) {
    pending.append(piece);
    return take(false);
  }

  /** Ends the reply: gives what was held back. */
  public Pieces finish() {
    return take(true);
  }

  private Pieces take(boolean end) {
    StringBuilder reasoning = new StringBuilder();
    StringBuilder answer = new StringBuilder();
    boolean more = true;
    while (more) {
      more =
          switch (state) {
            case START -> start(end);
            case REASONING_START -> skipLineEnds(State.REASONING);
            case REASONING -> reasoning(reasoning, end);
            case ANSWER_START -> skipLineEnds(State.ANSWER);
            case ANSWER -> {
              answer.append(pending);
              pending.setLength(0);
              yield false;
            }
          };
    }
    return new Pieces(reasoning.toString(), answer.toString());
  }

  private boolean start(boolean end) {
    String text = pending.toString();
    if (text.startsWith(OPEN)) {
      pending.delete(0, OPEN.length());
      state = State.REASONING_START;
      return true;
    }
    if (!end && OPEN.startsWith(text)) {
      return false;
    }
    state = State.ANSWER;
    return true;
  }

  private boolean skipLineEnds(State next) {
    int i = 0;
    while (i < pending.length() && pending.charAt(i) == '\n') {
      i++;
    }
    pending.delete(0, i);
    if (pending.isEmpty()) {
      return false;
    }
    state = next;
    return true;
  }

  private boolean reasoning(StringBuilder out, boolean end) {
    int close = pending.indexOf(CLOSE);
    if (close >= 0) {
      out.append(pending, 0, withoutLineEnds(close));
      pending.delete(0, close + CLOSE.length());
      state = State.ANSWER_START;
      return true;
    }
    int keep = end ? pending.length() : withoutLineEnds(pending.length() - partial());
    out.append(pending, 0, keep);
    pending.delete(0, keep);
    return false;
  }

  /** Length of the longest end of the pending text that begins the closing mark. */
  private int partial() {
    for (int n = Math.min(CLOSE.length() - 1, pending.length()); n > 0; n--) {
      if (CLOSE.startsWith(pending.substring(pending.length() - n))) {
        return n;
      }
    }
    return 0;
  }

  private int withoutLineEnds(int length) {
    int n = length;
    while (n > 0 && pending.charAt(n - 1) == '\n') {
      n--;
    }
    return n;
  }
}
