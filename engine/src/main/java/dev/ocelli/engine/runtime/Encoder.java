package dev.ocelli.engine.runtime;

import dev.ocelli.engine.model.Checkpoint;
import dev.ocelli.engine.model.Trace;
import dev.ocelli.engine.model.VisionEmbedding;
import dev.ocelli.engine.runtime.ReplyListener.Phase;
import dev.ocelli.engine.tensor.Floats;
import dev.ocelli.engine.vision.Grid;
import dev.ocelli.engine.vision.PatchRows;
import dev.ocelli.engine.vision.Preprocessor;
import dev.ocelli.engine.vision.RgbImage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Makes embeddings of pictures and clips, unless the cache has them: decode, preprocess, vision
 * tower. A clip is encoded part by part, while its later frames are decoded.
 */
final class Encoder {
  /** Patches of a clip that are in memory at once, unless a pair of frames alone has more. */
  static final int GROUP_PATCHES = 8192;

  /** How long a cancelled session may go on waiting for the tower. */
  private static final long CANCEL_MILLIS = 50;

  private final Engine engine;
  private final Preprocessor preprocessor;
  private final VisionCache cache;
  private final int groupPatches;

  /** One vision tower at a time: two would need twice the memory and be no faster. */
  private final ReentrantLock tower = new ReentrantLock(true);

  /**
   * An encoder of an engine.
   *
   * @param groupPatches patches of a clip that are encoded at once; {@link #GROUP_PATCHES}
   */
  Encoder(Engine engine, Preprocessor preprocessor, VisionCache cache, int groupPatches) {
    this.engine = engine;
    this.preprocessor = preprocessor;
    this.cache = cache;
    this.groupPatches = groupPatches;
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
    Making making = new Making(key, watch, listener, checkCancelled);
    return switch (media) {
      case PlannedMedia.Picture p -> picture(p, making);
      case PlannedMedia.Clip c -> clip(c, making);
    };
  }

  /** What is made, and who is told. */
  private record Making(
      String key, Stopwatch watch, ReplyListener listener, Runnable checkCancelled) {
    /** Told of the tower's blocks. */
    Checkpoint checkpoint(Part part) {
      return (done, total) -> {
        checkCancelled.run();
        listener.progress(Phase.ENCODE, part.index * total + done, part.of * total);
      };
    }
  }

  /** A part of what is encoded. */
  private record Part(int index, int of) {}

  private VisionCache.Found picture(PlannedMedia.Picture p, Making m) {
    try (Arena arena = Arena.ofShared()) {
      m.listener.progress(Phase.DECODE_IMAGE, 0, 1);
      long start = System.nanoTime();
      RgbImage image = p.picture().decode();
      m.watch.decodeImage += Stopwatch.since(start);
      m.listener.progress(Phase.PREPROCESS, 0, 1);
      start = System.nanoTime();
      PatchRows rows = preprocessor.image(arena, image, p.plan());
      m.watch.preprocess += Stopwatch.since(start);
      m.checkCancelled.run();
      return tower(rows, m, new Part(0, 1));
    }
  }

  private VisionCache.Found clip(PlannedMedia.Clip c, Making m) {
    Grid grid = c.grid();
    int step = grid.group(groupPatches).t();
    int parts = Math.ceilDiv(grid.t(), step);
    int sampled = c.plan().sampling().frames();
    int[] decoded = new int[1];
    @Nullable VisionEmbedding whole = null;
    try (FramesAhead frames = new FramesAhead(c)) {
      for (int part = 0; part < parts; part++) {
        int from = part * step;
        int to = Math.min(grid.t(), from + step);
        try (Arena arena = Arena.ofShared()) {
          long start = System.nanoTime();
          double waited = frames.waitedMillis();
          PatchRows rows =
              preprocessor.video(
                  arena,
                  index -> {
                    m.listener.progress(Phase.DECODE_IMAGE, decoded[0]++, sampled);
                    return frames.next(m.checkCancelled);
                  },
                  c.plan(),
                  from,
                  to);
          waited = frames.waitedMillis() - waited;
          m.watch.decodeImage += waited;
          m.watch.preprocess += Stopwatch.since(start) - waited;
          m.checkCancelled.run();
          VisionCache.Found made = tower(rows, m, new Part(part, parts));
          if (parts == 1 || made.origin() == Reply.Origin.MEMORY) {
            return made;
          }
          whole = whole == null ? like(made.embedding(), c) : whole;
          copy(made.embedding(), whole, from * (whole.merged().rows() / grid.t()));
        }
      }
    }
    VisionEmbedding all = Objects.requireNonNull(whole);
    cache.put(m.key, all);
    return new VisionCache.Found(all, Reply.Origin.COMPUTED);
  }

  /**
   * Runs the tower on a part, or has the whole from another session that was faster. What is no
   * part of more goes into the cache.
   */
  private VisionCache.Found tower(PatchRows rows, Making m, Part part) {
    awaitTower(m.checkCancelled);
    try {
      // Another session may have had the same in the meantime.
      VisionEmbedding known = cache.inMemory(m.key);
      if (known != null) {
        return new VisionCache.Found(known, Reply.Origin.MEMORY);
      }
      long start = System.nanoTime();
      VisionEmbedding made =
          engine.encode(rows, VisionCache.arena(), Trace.NONE, m.checkpoint(part));
      m.watch.encode += Stopwatch.since(start);
      if (part.of == 1) {
        cache.put(m.key, made);
      }
      return new VisionCache.Found(made, Reply.Origin.COMPUTED);
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

  /** Room for a whole clip whose parts have such rows. */
  private static VisionEmbedding like(VisionEmbedding part, PlannedMedia.Clip c) {
    return VisionEmbedding.allocate(
        VisionCache.arena(),
        c.grid(),
        c.tokens(),
        part.merged().columns(),
        part.deepstack().length);
  }

  private static void copy(VisionEmbedding part, VisionEmbedding whole, int row) {
    copy(part.merged(), whole.merged(), row);
    for (int j = 0; j < part.deepstack().length; j++) {
      copy(part.deepstack()[j], whole.deepstack()[j], row);
    }
  }

  private static void copy(Floats part, Floats whole, int row) {
    MemorySegment.copy(
        part.segment(), 0, whole.segment(), whole.offset(row), 4L * part.rows() * part.columns());
  }
}
