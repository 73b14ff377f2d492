package dev.ocelli.cli.chat;

import org.jspecify.annotations.Nullable;

/**
 * Where a chat is typed and shown. What it is given may hold any characters: none of them reaches a
 * terminal as a control sequence.
 */
interface ChatConsole extends AutoCloseable {
  /**
   * The next message or command, of one or more lines.
   *
   * @param waiting what the next message gets besides its words, in a few words; may be empty
   * @return null at the end of the input, or when whoever types wants to leave
   */
  @Nullable String read(String waiting);

  /** Shows a piece of a reply. */
  void piece(String text, boolean reasoning);

  /** Ends the line that pieces have left open. */
  void endReply();

  /** Shows what was asked for; of several lines perhaps. */
  void say(String text);

  /** Shows what nobody asked for, unless quiet was asked for. */
  void note(String line);

  /** Shows what went wrong. */
  void error(String line);

  /** Whether a person types, who has seen every error. */
  boolean interactive();

  /** Says what Ctrl-C does while a reply is made; null for nothing. */
  void onInterrupt(@Nullable Runnable action);

  @Override
  void close();
}
