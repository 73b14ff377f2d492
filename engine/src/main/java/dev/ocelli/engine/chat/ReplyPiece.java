package dev.ocelli.engine.chat;

/** What a piece of a reply turned out to be. */
public sealed interface ReplyPiece {
  /** Some of what the model thinks before its answer. */
  record Reasoning(String text) implements ReplyPiece {}

  /** Some of the answer's text. */
  record Answer(String text) implements ReplyPiece {}

  /** Something about a call of a tool. */
  sealed interface Call extends ReplyPiece {
    /** Which call, from 0. Calls come one after the other. */
    int index();
  }

  /** A call begins: which function is known, its arguments are still to come. */
  record CallStart(int index, String name) implements Call {}

  /** The next characters of the arguments: joined, they are the text of a JSON object. */
  record CallArguments(int index, String json) implements Call {}

  /** The call is complete and its arguments are JSON. */
  record CallEnd(int index) implements Call {}

  /**
   * What began as a call is none: forget it. All of its text, its marks included, comes as answer
   * text after this.
   */
  record CallBroken(int index) implements Call {}
}
