package dev.ocelli.engine.runtime;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.vision.FrameStream;
import dev.ocelli.engine.vision.RgbImage;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the frames of a clip on a thread of its own, a few before they are asked for, so that
 * later frames are decoded while earlier ones are encoded.
 */
final class FramesAhead implements AutoCloseable {
  /** Decoded frames that are in memory at most: those that wait, and the one in the making. */
  static final int MOST = 5;

  /** How long a cancelled session may go on waiting for a frame. */
  private static final long CANCEL_MILLIS = 50;

  /** What the decoding thread hands over: a frame, or why there is none. */
  private record Decoded(@Nullable RgbImage frame, @Nullable Throwable failure) {}

  private final FrameStream stream;
  private final BlockingQueue<Decoded> queue = new ArrayBlockingQueue<>(MOST - 1);
  private final Thread thread;
  private volatile boolean closed;
  private double waited;

  /** Begins to decode what the plan samples. */
  FramesAhead(PlannedMedia.Clip clip) {
    this.stream = clip.open();
    int frames = clip.plan().sampling().frames();
    this.thread = Thread.ofPlatform().daemon().name("ocelli-frames").start(() -> decode(frames));
  }

  private void decode(int frames) {
    try {
      for (int i = 0; i < frames && !closed; i++) {
        queue.put(one());
      }
    } catch (InterruptedException e) {
      // Nobody wants the rest.
      Thread.currentThread().interrupt();
    }
  }

  private Decoded one() {
    try {
      return new Decoded(stream.next(), null);
    } catch (RuntimeException | Error e) {
      return new Decoded(null, e);
    }
  }

  /**
   * The next frame.
   *
   * @param checkCancelled throws when nobody waits for it any more
   * @throws OcelliException when it could not be decoded
   */
  RgbImage next(Runnable checkCancelled) {
    long start = System.nanoTime();
    boolean interrupted = false;
    try {
      Decoded next = null;
      while (next == null) {
        checkCancelled.run();
        try {
          next = queue.poll(CANCEL_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      return switch (next.failure()) {
        case null -> Objects.requireNonNull(next.frame());
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        case Throwable e -> throw new IllegalStateException(e);
      };
    } finally {
      waited += Stopwatch.since(start);
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Milliseconds that {@link #next} has waited so far. */
  double waitedMillis() {
    return waited;
  }

  @Override
  public void close() {
    closed = true;
    stream.close();
    thread.interrupt();
  }
}
