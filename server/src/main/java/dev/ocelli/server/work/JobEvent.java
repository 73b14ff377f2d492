package dev.ocelli.server.work;

import dev.ocelli.engine.chat.ReplyPiece;
import dev.ocelli.engine.runtime.Reply;
import dev.ocelli.engine.runtime.ReplyListener.Phase;
import java.util.List;

/** What becomes of a job, in order. */
public sealed interface JobEvent {
  /** All pictures of a prompt could be decoded: from here on the client may be told of success. */
  record Decoded(int choice) implements JobEvent {}

  /**
   * A part of the work before the first token.
   *
   * @param choice which of the replies
   * @param done of {@code total}: pictures, layers, prompt tokens
   */
  record Progress(int choice, Phase phase, int done, int total) implements JobEvent {}

  /**
   * A piece of a reply.
   *
   * @param piece whole characters; empty where tokens have no text of their own
   * @param reasoning whether the model thinks
   * @param tokens that have been generated since the last piece
   */
  record Text(int choice, String piece, boolean reasoning, List<Reply.Token> tokens)
      implements JobEvent {}

  /**
   * Something about a call of a tool.
   *
   * @param tokens that have been generated since the last piece
   */
  record Call(int choice, ReplyPiece.Call piece, List<Reply.Token> tokens) implements JobEvent {}

  /** A reply is complete. */
  record Finished(int choice, Outcome outcome) implements JobEvent {}

  /** Nothing more comes: something went wrong. */
  record Failed(Throwable cause) implements JobEvent {}

  /** Nothing more comes: all replies are complete, or the job was cancelled. */
  record Ended() implements JobEvent {}
}
