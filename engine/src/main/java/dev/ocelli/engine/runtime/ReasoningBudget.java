package dev.ocelli.engine.runtime;

import dev.ocelli.engine.chat.ReplyMarks;
import dev.ocelli.engine.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;

/**
 * Counts the tokens of a reply's reasoning and closes it, in the way the templates write it, when
 * the budget is spent. It goes by bytes, so that how the marks are cut into tokens does not matter.
 */
final class ReasoningBudget {
  private static final byte[] OPEN = ReplyMarks.THINK.getBytes(StandardCharsets.UTF_8);
  private static final byte[] CLOSE = ReplyMarks.END_THINK.getBytes(StandardCharsets.UTF_8);

  private enum State {
    /** The reply may still open its reasoning. */
    START,
    REASONING,
    CLOSING,
    OVER
  }

  private final Tokenizer tokenizer;
  private final int budget;
  private State state;
  private int matched; // bytes of the mark that is waited for
  private int tokens;
  private int missing; // bytes of an unfinished character
  private int[] closing = {};
  private int next;

  /**
   * @param inReasoning whether the prompt ends inside the reasoning
   * @param budget tokens, or {@link Control#UNLIMITED}
   */
  ReasoningBudget(Tokenizer tokenizer, boolean inReasoning, int budget) {
    this.tokenizer = tokenizer;
    this.budget = budget;
    this.state =
        budget == Control.UNLIMITED ? State.OVER : inReasoning ? State.REASONING : State.START;
    closeIfSpent();
  }

  /** The token that must come next, or -1 while the model chooses. */
  int forced() {
    return state == State.CLOSING ? closing[next] : -1;
  }

  /** Takes the next token of the reply. */
  void accept(int id) {
    switch (state) {
      case OVER -> {}
      case CLOSING -> {
        next++;
        state = next == closing.length ? State.OVER : State.CLOSING;
      }
      case START, REASONING -> {
        boolean reasoning = state == State.REASONING;
        for (byte b : tokenizer.vocabulary().bytes(id)) {
          take(b);
        }
        tokens += reasoning ? 1 : 0;
        closeIfSpent();
      }
    }
  }

  private void take(byte b) {
    switch (state) {
      case START -> {
        if (b != OPEN[matched]) {
          state = State.OVER;
        } else if (++matched == OPEN.length) {
          state = State.REASONING;
          matched = 0;
        }
      }
      case REASONING -> {
        // No beginning of the mark but its first byte occurs in it again.
        matched = b == CLOSE[matched] ? matched + 1 : b == CLOSE[0] ? 1 : 0;
        missing = missing(b);
        if (matched == CLOSE.length) {
          state = State.OVER;
        }
      }
      default -> {}
    }
  }

  private int missing(byte b) {
    int u = b & 0xFF;
    if (u < 0x80) {
      return 0;
    }
    return u < 0xC0 ? Math.max(0, missing - 1) : u < 0xE0 ? 1 : u < 0xF0 ? 2 : 3;
  }

  /** Never inside of a character. */
  private void closeIfSpent() {
    if (state == State.REASONING && tokens >= budget && missing == 0) {
      state = State.CLOSING;
      closing = tokenizer.encode(ReplyMarks.THOUGHT_TO_ANSWER);
    }
  }
}
