package dev.ocelli.engine.chat.jinja;

/** Python's {@code None}. */
enum None {
  NONE
}
