package dev.ocelli.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of memory, by files as Linux has them. */
class FreeMemoryContractTest {
  private static final long GIB = 1L << 30;

  @TempDir Path root;

  @BeforeEach
  void machine() throws IOException {
    put("proc/meminfo", "MemTotal: 16777216 kB\nMemFree: 1024 kB\nMemAvailable: 8388608 kB\n");
  }

  @Test
  void machineAlone() {
    assertThat(FreeMemory.in(root)).isEqualTo(new FreeMemory(16 * GIB, 8 * GIB, false));
  }

  @Test
  void eachLimitAboveCounts() throws IOException {
    put("proc/self/cgroup", "0::/outer/inner\n");
    group("sys/fs/cgroup/outer", "memory.max", 4 * GIB, "memory.current", 3 * GIB, "", GIB / 2);
    put("sys/fs/cgroup/outer/inner/memory.max", "max\n");
    assertThat(FreeMemory.in(root)).isEqualTo(new FreeMemory(4 * GIB, 3 * GIB / 2, true));
  }

  @Test
  void oldGroupsAndTheRootOfContainers() throws IOException {
    put("proc/self/cgroup", "4:memory:/docker/unseen\n0::/\n");
    String used = "memory.usage_in_bytes";
    group("sys/fs/cgroup/memory", "memory.limit_in_bytes", 2 * GIB, used, GIB, "total_", 0);
    assertThat(FreeMemory.in(root)).isEqualTo(new FreeMemory(2 * GIB, GIB, true));
  }

  @Test
  void noLimitIsAGreatNumber() throws IOException {
    put("proc/self/cgroup", "4:memory:/\n");
    String used = "memory.usage_in_bytes";
    group("sys/fs/cgroup/memory", "memory.limit_in_bytes", Long.MAX_VALUE - 4095, used, GIB, "", 0);
    assertThat(FreeMemory.in(root).limited()).isFalse();
  }

  private void group(
      String folder, String limit, long limitBytes, String used, long usedBytes, String p, long f)
      throws IOException {
    put(folder + "/" + limit, limitBytes + "\n");
    put(folder + "/" + used, usedBytes + "\n");
    put(folder + "/memory.stat", "anon 1\n" + p + "inactive_file " + f + "\n");
  }

  private void put(String file, String content) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, content);
  }
}
