package dev.ocelli.engine.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed while it writes leaves whole entries behind, or none. */
class CacheCrashProcessTest {
  private static final int ENTRIES = 50;
  private static final int LIMIT = 40;

  @TempDir Path temp;

  /** Writes the same entries again and again until it is killed. */
  static final class Writer {
    private Writer() {}

    public static void main(String[] args) throws IOException {
      Path place = Path.of(args[0]);
      CacheFolder folder = new CacheFolder(place, LIMIT * 2000L);
      for (int i = 0; ; i = (i + 1) % ENTRIES) {
        CacheFolderContractTest.write(folder, i, Instant.now());
      }
    }
  }

  @Test
  void killedWritersLeaveNothingBroken() throws IOException, InterruptedException {
    Path place = temp.resolve("cache");
    int found = 0;
    for (int round = 0; round < 3; round++) {
      Process first = start(place);
      Process second = start(place);
      try {
        awaitFiles(place);
        Thread.sleep(50L + 30 * round);
      } finally {
        first.destroyForcibly();
        second.destroyForcibly();
      }
      assertThat(first.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(second.waitFor(20, TimeUnit.SECONDS)).isTrue();
      CacheFolder folder = new CacheFolder(place, LIMIT * 2000L);
      for (int i = 0; i < ENTRIES; i++) {
        found += CacheFolderContractTest.read(folder, i) ? 1 : 0;
      }
      assertThat(folder.damaged()).isZero();
      folder.makeRoom(0);
    }
    assertThat(found).isPositive();
  }

  private static Process start(Path place) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xshare:auto",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Writer.class.getName(),
            place.toString())
        .inheritIO()
        .start();
  }

  /** Waits until the writers are at work. */
  private static void awaitFiles(Path place) throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (System.nanoTime() < end) {
      if (Files.isDirectory(place) && CacheFolder.usage(place).blocks() > 5) {
        return;
      }
      Thread.sleep(20);
    }
    throw new AssertionError("the writers write nothing");
  }
}
