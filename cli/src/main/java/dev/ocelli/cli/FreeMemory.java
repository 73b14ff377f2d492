package dev.ocelli.cli;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Memory that this process may take now without others being swapped out. */
final class FreeMemory {
  private static final Path CGROUP = Path.of("/sys/fs/cgroup");

  private FreeMemory() {}

  /** In bytes; a great number where the system does not tell. */
  static long bytes() {
    return Math.min(ofMachine(), ofGroup());
  }

  private static long ofMachine() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
        if (line.startsWith("MemAvailable:")) {
          return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
        }
      }
    } catch (IOException e) {
      // Not Linux: what Java knows has to do.
    }
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getFreeMemorySize()
        : Long.MAX_VALUE;
  }

  /** What is left of a container's memory; pages of files that were not used lately count. */
  private static long ofGroup() {
    try {
      String max = Files.readString(CGROUP.resolve("memory.max")).strip();
      if (max.equals("max")) {
        return Long.MAX_VALUE;
      }
      long used = Long.parseLong(Files.readString(CGROUP.resolve("memory.current")).strip());
      long files = inactiveFiles(Files.readAllLines(CGROUP.resolve("memory.stat")));
      return Math.max(0, Long.parseLong(max) - used + files);
    } catch (IOException | NumberFormatException e) {
      return Long.MAX_VALUE; // no control group, or none of version 2
    }
  }

  private static long inactiveFiles(List<String> statistics) {
    for (String line : statistics) {
      if (line.startsWith("inactive_file ")) {
        return Long.parseLong(line.substring("inactive_file ".length()));
      }
    }
    return 0;
  }
}
