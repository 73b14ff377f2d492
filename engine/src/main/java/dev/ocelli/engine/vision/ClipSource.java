package dev.ocelli.engine.vision;

import org.jspecify.annotations.Nullable;

/**
 * A clip: frames of equal size in time order, of which only the header is known until some are
 * asked for.
 */
public interface ClipSource {
  /** The folder or file, for messages. */
  String name();

  /** The size of every frame, upright. */
  ImageSize size();

  /** The number of frames. */
  int frameCount();

  /** Frames a second, on average where they follow each other at different distances. */
  double fps();

  /**
   * When a frame is shown first.
   *
   * @param index of the frame, counted from 0
   * @return seconds from the clip's beginning
   */
  default double seconds(int index) {
    return index / fps();
  }

  /**
   * Identity of the pixels of some frames, for caches; may read and hash whole files.
   *
   * @param indices of the frames, as in {@link #open}
   */
  String identity(int[] indices);

  /** SHA-256 of the file that it is, in hexadecimal; null where it is no one file. Reads it. */
  default @Nullable String fileSha256() {
    return null;
  }

  /** Bytes of a file that the clip holds in memory, for those who keep clips. */
  default long heldBytes() {
    return 0;
  }

  /**
   * Begins to decode frames.
   *
   * @param indices of the frames, none smaller than the one before it
   * @throws dev.ocelli.engine.OcelliException of kind INPUT when they cannot be had
   */
  FrameStream open(int[] indices);
}
