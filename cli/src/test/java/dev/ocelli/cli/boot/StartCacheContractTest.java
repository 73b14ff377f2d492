package dev.ocelli.cli.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which caches of other builds, jars and JDKs stay when one has been made. */
class StartCacheContractTest {
  private static final long HOUR = 60 * 60 * 1000;

  @TempDir Path folder;

  private File file(String name, long hoursAgo) throws IOException {
    Path file = Files.createFile(folder.resolve(name));
    Files.setLastModifiedTime(
        file, FileTime.fromMillis(System.currentTimeMillis() - hoursAgo * HOUR));
    return file.toFile();
  }

  private List<String> left() {
    return List.of(folder.toFile().list());
  }

  @Test
  void otherBuildsOfTheSamePlaceGo() throws Exception {
    File made = file("s12-new.aot", 0);
    file("s12-old.aot", 1);
    file("s12-older.aot", 1000);
    file("s123-old.aot", 1);
    file("j12-old.aot", 1);
    StartCache.forgetOthers(made);
    assertThat(left()).containsExactlyInAnyOrder("s12-new.aot", "s123-old.aot", "j12-old.aot");
  }

  @Test
  void otherPlacesStayWhileTheyAreUsed() throws Exception {
    File made = file("s1-a.aot", 0);
    file("s2-a.aot", 40);
    file("s3.aot", 30);
    file("s4-a.aot", 10);
    file("s5-a.aot", 20);
    file("s6-a.aot", StartCache.UNUSED_MILLIS / HOUR + 1);
    StartCache.forgetOthers(made);
    assertThat(left())
        .hasSize(StartCache.KEPT)
        .containsExactlyInAnyOrder("s1-a.aot", "s3.aot", "s4-a.aot", "s5-a.aot");
  }

  @Test
  void leftoversGoWhenNobodyCanBeAtWork() throws Exception {
    File made = file("s1-b.aot", 0);
    file("s1-a.aot.making", 1);
    file("s2-a.aot.making", 25);
    file("s2-a.aot.new", 25);
    file("s3-a.aot.new.config", 1);
    file("notes.txt", 9999);
    StartCache.forgetOthers(made);
    assertThat(left())
        .containsExactlyInAnyOrder(
            "s1-b.aot", "s1-a.aot.making", "s3-a.aot.new.config", "notes.txt");
  }

  @Test
  void manyMayTidyUpAtOnce() throws Exception {
    List<File> made = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      made.add(file("s%d-new.aot".formatted(i), 0));
      for (int k = 0; k < 50; k++) {
        file("s%d-%d.aot".formatted(i, k), k + 1);
      }
    }
    try (ExecutorService all = Executors.newFixedThreadPool(made.size())) {
      List<Future<?>> runs = new ArrayList<>();
      for (File m : made) {
        runs.add(all.submit(() -> StartCache.forgetOthers(m)));
      }
      for (Future<?> run : runs) {
        run.get();
      }
    }
    assertThat(left())
        .containsExactlyInAnyOrder("s0-new.aot", "s1-new.aot", "s2-new.aot", "s3-new.aot");
  }
}
