package dev.ocelli.server.api;

import dev.ocelli.engine.chat.ReplyPiece;
import java.util.ArrayList;
import java.util.List;

/**
 * What a stream tells of the calls of tools in a reply. Clients cannot take back what they were
 * told, and a call may turn out to be none: it is told when it is complete, or piece by piece where
 * the form of calls is enforced.
 */
final class ToldCalls {
  private final boolean sure;

  /** Pieces of a call that may still be none. */
  private final List<ReplyPiece.Call> held = new ArrayList<>();

  /** The reply ended within a call of which the client was told. */
  private boolean cut;

  /**
   * For one reply.
   *
   * @param sure whether whatever begins as a call is one, unless the reply ends within it
   */
  ToldCalls(boolean sure) {
    this.sure = sure;
  }

  /** Takes the next piece: gives those that can be told now, never a {@code CallBroken}. */
  List<ReplyPiece.Call> accept(ReplyPiece.Call piece) {
    if (piece instanceof ReplyPiece.CallBroken) {
      cut |= sure;
      held.clear();
      return List.of();
    }
    if (sure) {
      return List.of(piece);
    }
    held.add(piece);
    if (!(piece instanceof ReplyPiece.CallEnd)) {
      return List.of();
    }
    List<ReplyPiece.Call> complete = List.copyOf(held);
    held.clear();
    return complete;
  }

  /**
   * Whether the reply ended within a call of which the client was told: it stays incomplete, and
   * the text that comes instead of it is not told.
   */
  boolean cut() {
    return cut;
  }
}
