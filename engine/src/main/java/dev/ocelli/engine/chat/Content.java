package dev.ocelli.engine.chat;

/** A part of a message, in the order in which the user put it. */
public sealed interface Content {

  /** Words. They never become control tokens, whatever they look like. */
  record Text(String text) implements Content {}

  /**
   * A picture's place; the pictures themselves are handed over beside the messages, in the order of
   * the places.
   */
  record Image() implements Content {}

  /**
   * A clip's place; the clips themselves are handed over beside the messages, in the order of the
   * places.
   */
  record Video() implements Content {}
}
