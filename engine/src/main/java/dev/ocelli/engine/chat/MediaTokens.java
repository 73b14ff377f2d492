package dev.ocelli.engine.chat;

import java.util.List;

/** How many tokens a picture or clip takes in a prompt, and for a clip the words between. */
public sealed interface MediaTokens {
  /** Token rows of a picture, or of one temporal patch of a clip. */
  int rows();

  /** Token columns. */
  int columns();

  /** A picture. */
  record Image(int rows, int columns) implements MediaTokens {}

  /**
   * A clip.
   *
   * @param timestamps what is written before each temporal patch, such as {@code <0.2 seconds>}
   */
  record Video(List<String> timestamps, int rows, int columns) implements MediaTokens {}
}
