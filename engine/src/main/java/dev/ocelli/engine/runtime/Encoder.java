package dev.ocelli.engine.runtime;

import dev.ocelli.engine.model.Trace;
import dev.ocelli.engine.model.VisionEmbedding;
import dev.ocelli.engine.runtime.ReplyListener.Phase;
import dev.ocelli.engine.vision.PatchRows;
import dev.ocelli.engine.vision.Preprocessor;
import dev.ocelli.engine.vision.RgbImage;
import java.lang.foreign.Arena;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Makes embeddings of pictures and clips, unless the cache has them: decode, preprocess, vision
 * tower.
 */
final class Encoder {
  /** How long a cancelled session may go on waiting for the tower. */
  private static final long CANCEL_MILLIS = 50;

  private final Engine engine;
  private final Preprocessor preprocessor;
  private final VisionCache cache;

  /** One vision tower at a time: two would need twice the memory and be no faster. */
  private final ReentrantLock tower = new ReentrantLock(true);

  Encoder(Engine engine, Preprocessor preprocessor, VisionCache cache) {
    this.engine = engine;
    this.preprocessor = preprocessor;
    this.cache = cache;
  }

  /**
   * An embedding that is there already, in memory or on the disk, or null.
   *
   * @param key of the picture or clip in the cache
   */
  VisionCache.@Nullable Found find(PlannedMedia media, String key, Stopwatch watch) {
    long start = System.nanoTime();
    VisionCache.Found known = cache.find(key, media);
    watch.cache += Stopwatch.since(start);
    return known;
  }

  /** Makes an embedding. */
  VisionCache.Found encode(
      PlannedMedia media,
      String key,
      Stopwatch watch,
      ReplyListener listener,
      Runnable checkCancelled) {
    // The same picture may have stood before in the same prompt.
    VisionEmbedding known = cache.inMemory(key);
    if (known != null) {
      return new VisionCache.Found(known, Reply.Origin.MEMORY);
    }
    checkCancelled.run();
    engine.memory().requireEncoding(media);
    try (Arena arena = Arena.ofShared()) {
      PatchRows rows =
          switch (media) {
            case PlannedMedia.Picture p -> picture(p, arena, watch, listener);
            case PlannedMedia.Clip c -> clip(c, arena, watch, listener, checkCancelled);
          };
      checkCancelled.run();
      return encode(rows, key, watch, listener, checkCancelled);
    }
  }

  private VisionCache.Found encode(
      PatchRows rows,
      String key,
      Stopwatch watch,
      ReplyListener listener,
      Runnable checkCancelled) {
    awaitTower(checkCancelled);
    try {
      // Another session may have had the same picture in the meantime.
      VisionEmbedding known = cache.inMemory(key);
      if (known != null) {
        return new VisionCache.Found(known, Reply.Origin.MEMORY);
      }
      long start = System.nanoTime();
      VisionEmbedding e =
          engine.encode(
              rows,
              VisionCache.arena(),
              Trace.NONE,
              (done, total) -> {
                checkCancelled.run();
                listener.progress(Phase.ENCODE, done, total);
              });
      watch.encode += Stopwatch.since(start);
      cache.put(key, e);
      return new VisionCache.Found(e, Reply.Origin.COMPUTED);
    } finally {
      tower.unlock();
    }
  }

  private void awaitTower(Runnable checkCancelled) {
    boolean interrupted = false;
    for (boolean mine = false; !mine; ) {
      try {
        checkCancelled.run();
        mine = tower.tryLock(CANCEL_MILLIS, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private PatchRows picture(
      PlannedMedia.Picture p, Arena arena, Stopwatch watch, ReplyListener listener) {
    listener.progress(Phase.DECODE_IMAGE, 0, 1);
    long start = System.nanoTime();
    RgbImage image = p.picture().decode();
    watch.decodeImage += Stopwatch.since(start);
    listener.progress(Phase.PREPROCESS, 0, 1);
    start = System.nanoTime();
    PatchRows rows = preprocessor.image(arena, image, p.plan());
    watch.preprocess += Stopwatch.since(start);
    return rows;
  }

  private PatchRows clip(
      PlannedMedia.Clip c,
      Arena arena,
      Stopwatch watch,
      ReplyListener listener,
      Runnable checkCancelled) {
    int total = c.plan().sampling().frames();
    double[] decoding = new double[1];
    int[] decoded = new int[1];
    long start = System.nanoTime();
    PatchRows rows =
        preprocessor.video(
            arena,
            index -> {
              checkCancelled.run();
              listener.progress(Phase.DECODE_IMAGE, decoded[0]++, total);
              long t = System.nanoTime();
              RgbImage frame = c.frames().get(index).decode();
              decoding[0] += Stopwatch.since(t);
              return frame;
            },
            c.plan());
    watch.decodeImage += decoding[0];
    watch.preprocess += Stopwatch.since(start) - decoding[0];
    return rows;
  }
}
