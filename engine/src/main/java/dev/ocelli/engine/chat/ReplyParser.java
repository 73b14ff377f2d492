package dev.ocelli.engine.chat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Splits a reply into reasoning, answer and calls of tools while it is made (QWEN3VL section 6.4).
 *
 * <p>A reply starts inside the reasoning when the prompt opened it, or when it begins with {@code
 * <think>}. Line ends around those marks belong to neither part. Calls stand behind the answer's
 * text or alone; one line end before a call is the template's, so that a conversation is written
 * back as it was. A malformed call is text. Text that may be the beginning of a mark is held back
 * until it is known.
 */
public final class ReplyParser {
  private static final String LINE_AND_CALL = "\n" + ReplyMarks.CALL;

  private enum State {
    /** Nothing but a possible opening mark has come. */
    START,
    /** Line ends after the opening mark are skipped. */
    REASONING_START,
    REASONING,
    /** Line ends after the closing mark are skipped. */
    ANSWER_START,
    ANSWER,
    CALL,
    /** Another call may come behind white space. */
    CALL_DONE
  }

  private final StringBuilder pending = new StringBuilder();
  private final boolean tools;
  private State state;
  private int calls;
  private @Nullable ToolCallReader call;
  private boolean lineBeforeCall;

  /**
   * Starts a reply.
   *
   * @param inReasoning whether the prompt ends inside the reasoning
   * @param tools whether calls are looked for; otherwise they are text
   */
  public ReplyParser(boolean inReasoning, boolean tools) {
    this.state = inReasoning ? State.REASONING_START : State.START;
    this.tools = tools;
  }

  /** Takes the next piece of the reply: gives what is now known. */
  public List<ReplyPiece> accept(String piece) {
    pending.append(piece);
    return take(false);
  }

  /** Ends the reply: gives what was held back. */
  public List<ReplyPiece> finish() {
    return take(true);
  }

  private List<ReplyPiece> take(boolean end) {
    List<ReplyPiece> out = new ArrayList<>();
    boolean more = true;
    while (more) {
      more =
          switch (state) {
            case START -> start(end);
            case REASONING_START -> skipLineEnds(State.REASONING);
            case REASONING -> reasoning(out, end);
            case ANSWER_START -> skipLineEnds(State.ANSWER);
            case ANSWER -> answer(out, end);
            case CALL -> call(out, end);
            case CALL_DONE -> behindCall(end);
          };
    }
    return out;
  }

  private boolean start(boolean end) {
    String text = pending.toString();
    if (text.startsWith(ReplyMarks.THINK)) {
      pending.delete(0, ReplyMarks.THINK.length());
      state = State.REASONING_START;
      return true;
    }
    if (!end && ReplyMarks.THINK.startsWith(text)) {
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

  private boolean reasoning(List<ReplyPiece> out, boolean end) {
    int close = pending.indexOf(ReplyMarks.END_THINK);
    if (close >= 0) {
      add(out, true, withoutLineEnds(close));
      pending.delete(0, pending.indexOf(ReplyMarks.END_THINK) + ReplyMarks.END_THINK.length());
      state = State.ANSWER_START;
      return true;
    }
    int known = pending.length() - beginning(ReplyMarks.END_THINK);
    add(out, true, end ? pending.length() : withoutLineEnds(known));
    return false;
  }

  private boolean answer(List<ReplyPiece> out, boolean end) {
    int mark = tools ? pending.indexOf(ReplyMarks.CALL) : -1;
    if (mark >= 0) {
      lineBeforeCall = mark > 0 && pending.charAt(mark - 1) == '\n';
      add(out, false, lineBeforeCall ? mark - 1 : mark);
      pending.delete(0, pending.indexOf(ReplyMarks.CALL) + ReplyMarks.CALL.length());
      call = new ToolCallReader(calls);
      state = State.CALL;
      return true;
    }
    int held = tools && !end ? Math.max(beginning(LINE_AND_CALL), beginning(ReplyMarks.CALL)) : 0;
    add(out, false, pending.length() - held);
    return false;
  }

  private boolean call(List<ReplyPiece> out, boolean end) {
    ToolCallReader reader = call;
    if (reader == null) {
      throw new IllegalStateException("no call");
    }
    reader.accept(pending, out);
    pending.setLength(0);
    if (end && !reader.broken()) {
      reader.finish(out);
    }
    if (!reader.complete() && !reader.broken()) {
      return false;
    }
    if (reader.broken()) {
      if (reader.announced()) {
        out.add(new ReplyPiece.CallBroken(calls));
      }
      out.add(new ReplyPiece.Answer(lineBeforeCall ? LINE_AND_CALL : ReplyMarks.CALL));
    }
    calls += reader.announced() ? 1 : 0;
    pending.append(reader.text());
    state = reader.complete() ? State.CALL_DONE : State.ANSWER;
    call = null;
    return true;
  }

  private boolean behindCall(boolean end) {
    String text = pending.toString().stripLeading();
    if (text.isEmpty() || !end && ReplyMarks.CALL.startsWith(text)) {
      return false;
    }
    if (text.startsWith(ReplyMarks.CALL)) {
      int mark = pending.length() - text.length();
      pending.delete(0, mark > 0 && pending.charAt(mark - 1) == '\n' ? mark - 1 : mark);
    }
    state = State.ANSWER;
    return true;
  }

  private void add(List<ReplyPiece> out, boolean reasoning, int length) {
    if (length > 0) {
      String text = pending.substring(0, length);
      out.add(reasoning ? new ReplyPiece.Reasoning(text) : new ReplyPiece.Answer(text));
      pending.delete(0, length);
    }
  }

  /** Length of the longest end of the pending text that begins the mark. */
  private int beginning(String mark) {
    for (int n = Math.min(mark.length() - 1, pending.length()); n > 0; n--) {
      if (mark.startsWith(pending.substring(pending.length() - n))) {
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
