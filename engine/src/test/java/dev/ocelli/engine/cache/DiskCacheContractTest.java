package dev.ocelli.engine.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever happens to the folder, the program goes on, and says so once. */
class DiskCacheContractTest {
  private static final MemorySegment DATA = MemorySegment.ofArray(new byte[1000]);

  @TempDir Path temp;

  private static boolean write(DiskCache cache, int i, Runnable done) {
    return cache.write(CacheFolderContractTest.name(i), List.of(DATA), Instant.now(), done);
  }

  private static boolean read(DiskCache cache, int i) {
    return cache.read(
        CacheFolderContractTest.name(i),
        1000,
        () -> List.of(MemorySegment.ofArray(new byte[1000])));
  }

  @Test
  void everythingIsWrittenBeforeItEnds() {
    AtomicInteger done = new AtomicInteger();
    try (DiskCache cache = new DiskCache(temp, 1 << 20)) {
      for (int i = 0; i < 20; i++) {
        assertThat(write(cache, i, done::incrementAndGet)).isTrue();
      }
      cache.flush();
      assertThat(done).hasValue(20);
      assertThat(write(cache, 3, done::incrementAndGet)).isTrue();
      assertThat(done).hasValue(21);
      assertThat(cache.statistics().writtenEntries()).isEqualTo(20);
      assertThat(cache.statistics().writtenBytes()).isEqualTo(20_000);
      write(cache, 20, done::incrementAndGet);
    }
    assertThat(done).hasValue(22);
    try (DiskCache again = new DiskCache(temp, 1 << 20)) {
      for (int i = 0; i < 21; i++) {
        assertThat(read(again, i)).isTrue();
      }
      assertThat(again.notice()).isNull();
      assertThat(again.statistics().readBytes()).isEqualTo(21_000);
    }
  }

  @Test
  void anUnusableFolderIsSaidOnce() throws IOException {
    Path file = Files.createFile(temp.resolve("file"));
    AtomicInteger done = new AtomicInteger();
    for (Path place : List.of(file, file.resolve("below"))) {
      try (DiskCache cache = new DiskCache(place, 1 << 20)) {
        assertThat(cache.notice())
            .startsWith(place + ": cannot be used as a cache (")
            .endsWith("going on without, name another folder");
        assertThat(write(cache, 1, done::incrementAndGet)).isFalse();
        assertThat(read(cache, 1)).isFalse();
        cache.touch(CacheFolderContractTest.name(1), Instant.now());
        cache.flush();
      }
    }
    assertThat(done).hasValue(2);
  }

  /** As when the disk is full: writing fails, and everything else goes on. */
  @Test
  void failedWritingIsSaidOnceAndDropsWhatWaits() throws IOException {
    Path place = temp.resolve("cache");
    AtomicInteger done = new AtomicInteger();
    try (DiskCache cache = new DiskCache(place, 1 << 20)) {
      write(cache, 0, done::incrementAndGet);
      cache.flush();
      CacheFolder.clear(place);
      Files.delete(place);
      Files.createFile(place);
      for (int i = 1; i < 10; i++) {
        write(cache, i, done::incrementAndGet);
      }
      cache.flush();
      assertThat(done).hasValue(10);
      assertThat(cache.notice()).startsWith(place + ": the cache cannot be written (");
      assertThat(cache.statistics().failures()).isEqualTo(1);
      assertThat(cache.statistics().dropped()).isEqualTo(8);
      assertThat(cache.statistics().waitingBytes()).isZero();
      assertThat(read(cache, 1)).isFalse();
    }
  }

  @Test
  void aFolderThatSomebodyRemovedIsMadeAgain() throws IOException {
    Path place = temp.resolve("cache");
    try (DiskCache cache = new DiskCache(place, 1 << 20)) {
      Files.delete(place);
      write(cache, 1, () -> {});
      cache.flush();
      assertThat(read(cache, 1)).isTrue();
      assertThat(cache.notice()).isNull();
    }
  }

  @Test
  void moreThanTheQueueHoldsIsNotWritten() {
    try (DiskCache cache = new DiskCache(temp, 1 << 20)) {
      MemorySegment huge = MemorySegment.NULL.reinterpret(1L << 40); // never looked at
      AtomicInteger done = new AtomicInteger();
      assertThat(
              cache.write(
                  CacheFolderContractTest.name(1),
                  List.of(huge),
                  Instant.now(),
                  done::incrementAndGet))
          .isFalse();
      assertThat(done).hasValue(1);
      assertThat(cache.statistics().dropped()).isEqualTo(1);
    }
  }
}
