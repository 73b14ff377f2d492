package dev.ocelli.engine.vision;

/** Frames of a clip, decoded one after the other; used by one thread at a time. */
public interface FrameStream extends AutoCloseable {
  /**
   * Decodes the next of the frames that the stream was opened for.
   *
   * @throws dev.ocelli.engine.OcelliException of kind INPUT when the data is damaged, or the frame
   *     took longer than a limit
   */
  RgbImage next();

  /** Stops decoding; may be called by another thread to end a {@link #next} that waits. */
  @Override
  void close();
}
