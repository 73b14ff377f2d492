package dev.ocelli.engine.runtime;

import dev.ocelli.engine.chat.ReplyPiece;
import java.util.List;

/**
 * Follows a reply while it is made. Called on the thread that runs the request. All methods do
 * nothing unless overridden.
 */
public interface ReplyListener {
  /** Nothing is listened to. */
  ReplyListener NONE = new ReplyListener() {};

  /** The parts of the work that are reported. */
  enum Phase {
    DECODE_IMAGE,
    PREPROCESS,
    ENCODE,
    PROMPT
  }

  /**
   * Work of a phase is {@code done} of {@code total} (pictures, layers of the vision tower, prompt
   * tokens).
   */
  default void progress(Phase phase, int done, int total) {}

  /**
   * These pictures and clips are about to be decoded and encoded, one after the other; none when
   * all are known. Called once a request, before the first of them. What it throws ends the
   * request.
   */
  default void encoding(List<PlannedMedia> media) {}

  /** A piece of the reply's text: whole characters only; reasoning is marked. */
  default void text(String piece, boolean reasoning) {}

  /** Something about a call of a tool. */
  default void call(ReplyPiece.Call piece) {}

  /** A generated token, before its text may be complete. */
  default void token(Reply.Token token) {}
}
