package dev.ocelli.media;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.vision.ImageSize;
import dev.ocelli.engine.vision.RgbImage;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A file in memory with several frames that are decoded here: GIF, animated WebP, or Motion JPEG in
 * an AVI container.
 *
 * <p>Whatever the bytes are, only {@link OcelliException} (INPUT) leaves these methods, with one
 * line that names the file. Nothing is decoded before a frame is asked for.
 */
public final class Animation {
  /** More frames would take more memory for their list than for their pixels. */
  static final int MAX_FRAMES = 1_000_000;

  /**
   * A container whose frames are known.
   *
   * <p>Frames are decoded by {@link Frames}, which keeps what later frames build upon.
   */
  interface Container {
    ImageSize size();

    /** How long each frame is shown, in seconds. */
    double[] durations();

    Frames frames();
  }

  /** Decodes frames one after the other. */
  interface Frames {
    /** Decodes a frame that is not before those that were asked for earlier. */
    RgbImage frame(int index) throws IOException, BadPictureException;
  }

  private final String name;
  private final String format;
  private final byte[] bytes;
  private final Container container;
  private final double[] times;
  private final double duration;

  private Animation(String name, String format, byte[] bytes, Container container) {
    this.name = name;
    this.format = format;
    this.bytes = bytes;
    this.container = container;
    double[] durations = container.durations();
    this.times = new double[durations.length];
    double at = 0;
    for (int i = 0; i < times.length; i++) {
      times[i] = at;
      at += durations[i];
    }
    this.duration = at;
  }

  /**
   * Walks a file.
   *
   * @param name what messages call it
   * @return null for a format that is not decoded here, and for an AVI file that holds something
   *     else than Motion JPEG
   * @throws OcelliException (INPUT) if the file is damaged, or over a limit
   */
  public static @Nullable Animation of(byte[] bytes, String name, DecodeLimits limits) {
    Bytes file = Bytes.littleEndian(bytes);
    String format = "";
    try {
      Container container;
      if (GifContainer.recognises(file)) {
        format = "GIF";
        container = GifAnimation.of(bytes);
      } else if (WebpContainer.recognises(file)) {
        format = "WebP";
        container = WebpAnimation.of(bytes);
      } else if (AviFile.recognises(file)) {
        format = "AVI";
        container = AviFile.of(bytes, limits);
      } else {
        return null;
      }
      if (container == null) {
        return null;
      }
      ImageDecoder.checkSize(container.size(), name, limits);
      return new Animation(name, format, bytes, container);
    } catch (BadPictureException e) {
      throw ImageDecoder.refused(name, format + " clip " + e.getMessage(), e);
    }
  }

  /** The whole file. */
  public byte[] bytes() {
    return bytes;
  }

  /** The size of every frame. */
  public ImageSize size() {
    return container.size();
  }

  /** When each frame is shown first, in seconds. */
  public double[] times() {
    return times;
  }

  /** When the last frame's time is over, in seconds. */
  public double duration() {
    return duration;
  }

  /** Begins to decode frames. */
  public Player play() {
    return new Player(container.frames());
  }

  /** Decodes frames in order; used by one thread at a time. */
  public final class Player {
    private final Frames frames;

    private Player(Frames frames) {
      this.frames = frames;
    }

    /**
     * Decodes a frame.
     *
     * @param index not below those that were asked for before
     */
    public RgbImage frame(int index) {
      try {
        return frames.frame(index);
      } catch (BadPictureException e) {
        throw ImageDecoder.refused(
            name, "%s clip, frame %d: %s".formatted(format, index, e.getMessage()), e);
      } catch (OutOfMemoryError e) {
        throw ImageDecoder.refused(
            name, format + " clip does not fit into memory: give the program more memory", e);
      } catch (IOException | RuntimeException e) {
        if (e instanceof OcelliException known) {
          throw known.in("%s: %s clip".formatted(name, format));
        }
        throw ImageDecoder.refused(
            name,
            "%s clip is damaged: frame %d cannot be decoded; get another copy or save it anew"
                .formatted(format, index),
            e);
      }
    }
  }
}
