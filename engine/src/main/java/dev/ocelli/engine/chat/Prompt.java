package dev.ocelli.engine.chat;

import java.util.List;

/**
 * A prompt as the model takes it: token ids, some of which are places for visual rows.
 *
 * @param ids all token ids, placeholders expanded
 * @param visuals where rows of pictures and clips go, ascending and disjoint
 */
@SuppressWarnings("ArrayRecordComponent") // hundreds of thousands of ids; nobody compares prompts
public record Prompt(int[] ids, List<Visual> visuals) {

  /**
   * A run of placeholder ids that takes one picture, or one temporal patch of a clip.
   *
   * @param start index of the first placeholder in {@code ids}
   * @param media index of the picture or clip in the order of the request (pictures and clips
   *     counted together, in prompt order)
   * @param frame temporal patch of a clip; 0 for a picture
   * @param rows token rows (patch rows / merge)
   * @param columns token columns
   */
  public record Visual(int start, int media, int frame, int rows, int columns) {
    /** The number of placeholders. */
    public int tokens() {
      return rows * columns;
    }
  }
}
