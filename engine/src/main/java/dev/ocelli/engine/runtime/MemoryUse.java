package dev.ocelli.engine.runtime;

import dev.ocelli.engine.chat.Prompt;
import dev.ocelli.engine.vision.Grid;
import dev.ocelli.engine.vision.ImageSize;
import java.util.List;

/**
 * What a model is used for, as far as memory depends on it.
 *
 * @param sessions conversations that are held at once
 * @param tokens of each, pictures included
 * @param pictures pictures and clips of a conversation
 */
public record MemoryUse(int sessions, int tokens, List<Picture> pictures) {

  /**
   * A picture or clip.
   *
   * @param grid its patches
   * @param frame size of the decoded picture, or of a frame
   */
  public record Picture(Grid grid, ImageSize frame) {
    /** A picture or clip that is planned. */
    public static Picture of(PlannedMedia media) {
      return new Picture(media.grid(), media.source());
    }
  }

  /** Copies the list. */
  public MemoryUse {
    pictures = List.copyOf(pictures);
  }

  /** Conversations without pictures. */
  public static MemoryUse ofText(int sessions, int tokens) {
    return new MemoryUse(sessions, tokens, List.of());
  }

  /** Tokens of a conversation that are pictures. */
  int visualTokens(int merge) {
    return pictures.stream().mapToInt(p -> p.grid().tokens(merge)).sum();
  }

  /** What a prompt takes. */
  static MemoryUse of(Prepared prepared) {
    Prompt prompt = prepared.prompt();
    return new MemoryUse(
        1, prompt.ids().length, prepared.media().stream().map(Picture::of).toList());
  }
}
