package dev.ocelli.engine.cache;

import dev.ocelli.engine.cache.CacheFolder.Name;
import dev.ocelli.engine.tensor.Printable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A folder of entries that a thread of its own writes, so that nobody waits for the disk but who
 * reads from it.
 *
 * <p>Nothing here is fatal. A folder that cannot be used, or a disk that is full, gives one notice,
 * and everything goes on without; writing is tried again after a while. Thread-safe.
 */
public final class DiskCache implements AutoCloseable {
  /** More than this is not kept waiting; what comes then is not written. */
  private static final long MOST_WAITING = 512L << 20;

  private static final Duration PAUSE = Duration.ofMinutes(1);
  private static final Duration MOST_AT_END = Duration.ofSeconds(30);

  private final Path place;
  private final @Nullable CacheFolder folder;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Job> queue = new ArrayDeque<>();
  private final AtomicLong readEntries = new AtomicLong();
  private final AtomicLong readBytes = new AtomicLong();
  private @Nullable Thread writer;
  private @Nullable String notice;
  private boolean working;
  private boolean closed;
  private long waiting;
  private long pausedUntil;
  private long writtenEntries;
  private long writtenBytes;
  private long dropped;
  private long failures;

  /**
   * Work of the writer.
   *
   * @param parts the entry, or empty if only its date is to be set
   * @param done called when the parts are no longer needed
   */
  private record Job(Name name, List<MemorySegment> parts, Instant used, Runnable done) {
    long bytes() {
      long n = 0;
      for (MemorySegment part : parts) {
        n += part.byteSize();
      }
      return n;
    }
  }

  /**
   * What happened since the start.
   *
   * @param readEntries entries that were found
   * @param readBytes of them
   * @param writtenEntries entries that were written
   * @param writtenBytes of them
   * @param waitingBytes bytes that are still to be written
   * @param dropped entries that were not written because too many waited or writing had failed
   * @param damaged files that were removed because they were not whole
   * @param failures how often writing failed
   */
  public record Statistics(
      long readEntries,
      long readBytes,
      long writtenEntries,
      long writtenBytes,
      long waitingBytes,
      long dropped,
      long damaged,
      long failures) {
    /** Of no cache. */
    public static final Statistics NONE = new Statistics(0, 0, 0, 0, 0, 0, 0, 0);
  }

  /**
   * Uses a folder.
   *
   * @param place made unless it is there
   * @param limit most bytes of all files in it
   */
  public DiskCache(Path place, long limit) {
    this.place = place;
    CacheFolder usable = null;
    try {
      usable = new CacheFolder(place, limit);
    } catch (IOException | RuntimeException e) {
      notice =
          "%s: cannot be used as a cache (%s); going on without, name another folder"
              .formatted(place, reason(e));
    }
    this.folder = usable;
  }

  /** What went wrong, in a sentence for the user, or null. */
  public @Nullable String notice() {
    lock.lock();
    try {
      return notice;
    } finally {
      lock.unlock();
    }
  }

  /** Whether there is an entry; what waits to be written is none yet. */
  public boolean has(Name name) {
    return folder != null && folder.has(name);
  }

  /** Reads an entry; see {@link CacheFolder#read}. Waits for the disk. */
  public boolean read(Name name, long bytes, Supplier<List<MemorySegment>> target) {
    if (folder == null || !folder.read(name, bytes, target)) {
      return false;
    }
    readEntries.incrementAndGet();
    readBytes.addAndGet(bytes);
    return true;
  }

  /**
   * Has an entry written, unless it is there, and its date set. Does not wait.
   *
   * @param parts its data, which must not change until {@code done} is called
   * @param used when it was last used: the oldest leave first
   * @param done called once, on any thread and perhaps at once
   * @return whether it is written or will be, unless the disk forbids it
   */
  public boolean write(Name name, List<MemorySegment> parts, Instant used, Runnable done) {
    if (folder != null && folder.has(name)) {
      done.run();
      touch(name, used);
      return true;
    }
    boolean taken = offer(new Job(name, List.copyOf(parts), used, done));
    if (!taken) {
      done.run();
    }
    return taken;
  }

  /** Notes when an entry was last used. Does not wait. */
  public void touch(Name name, Instant used) {
    offer(new Job(name, List.of(), used, () -> {}));
  }

  private boolean offer(Job job) {
    long bytes = job.bytes();
    lock.lock();
    try {
      if (folder == null
          || closed
          || waiting + bytes > MOST_WAITING
          || pausedUntil != 0 && System.nanoTime() - pausedUntil < 0) {
        dropped += bytes > 0 ? 1 : 0;
        return false;
      }
      queue.add(job);
      waiting += bytes;
      if (writer == null) {
        writer = Thread.ofPlatform().daemon().name("ocelli-cache-writer").start(this::work);
      }
      changed.signalAll();
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void work() {
    while (true) {
      Job job;
      lock.lock();
      try {
        working = false;
        changed.signalAll();
        while (queue.isEmpty()) {
          if (closed) {
            return;
          }
          changed.awaitUninterruptibly();
        }
        job = queue.remove();
        working = true;
      } finally {
        lock.unlock();
      }
      run(job);
    }
  }

  private void run(Job job) {
    boolean written = false;
    Exception failure = null;
    try {
      written = folder != null && run(job, folder);
    } catch (IOException | RuntimeException e) {
      failure = e; // whatever it is, a reply does not depend on it
    } finally {
      job.done().run();
    }
    lock.lock();
    try {
      long bytes = job.bytes();
      waiting -= bytes;
      writtenEntries += written ? 1 : 0;
      writtenBytes += written ? bytes : 0;
      if (failure != null) {
        pause(failure);
      }
    } finally {
      lock.unlock();
    }
  }

  private static boolean run(Job job, CacheFolder to) throws IOException {
    if (job.parts().isEmpty() || to.has(job.name())) {
      to.makeRoom(0);
      to.touch(job.name(), job.used());
      return false;
    }
    to.make();
    return to.write(job.name(), job.parts(), job.used());
  }

  /** Gives up what waits, and writing for a while. */
  private void pause(Exception failure) {
    failures++;
    pausedUntil = System.nanoTime() + PAUSE.toNanos();
    if (notice == null) {
      notice =
          "%s: the cache cannot be written (%s); going on without, free space on the disk or name another folder"
              .formatted(place, reason(failure));
    }
    for (Job job : queue) {
      waiting -= job.bytes();
      dropped += job.parts().isEmpty() ? 0 : 1;
      job.done().run();
    }
    queue.clear();
  }

  private static String reason(Exception e) {
    String why =
        switch (e) {
          case AccessDeniedException denied -> "access is denied";
          case FileSystemException f when f.getReason() != null -> f.getReason();
          default -> e.getMessage();
        };
    return Printable.of(String.valueOf(why));
  }

  /** Waits until everything is written, half a minute at most. */
  public void flush() {
    long left = MOST_AT_END.toNanos();
    boolean interrupted = false;
    lock.lock();
    try {
      while ((working || !queue.isEmpty()) && left > 0) {
        try {
          left = changed.awaitNanos(left);
        } catch (InterruptedException e) {
          interrupted = true;
          left = Math.min(left, TimeUnit.SECONDS.toNanos(1));
        }
      }
    } finally {
      lock.unlock();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** What happened since the start. */
  public Statistics statistics() {
    lock.lock();
    try {
      return new Statistics(
          readEntries.get(),
          readBytes.get(),
          writtenEntries,
          writtenBytes,
          waiting,
          dropped,
          folder == null ? 0 : folder.damaged(),
          failures);
    } finally {
      lock.unlock();
    }
  }

  /** Waits for what is still to be written, half a minute at most. */
  @Override
  public void close() {
    flush();
    lock.lock();
    try {
      closed = true;
      for (Job job : queue) {
        job.done().run();
      }
      queue.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
