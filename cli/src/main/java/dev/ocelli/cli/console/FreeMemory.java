package dev.ocelli.cli.console;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Memory of this machine and of the control group that this process is in.
 *
 * @param total bytes of the machine, or of the group where that has less
 * @param available bytes that this process may take now without others being swapped out; a great
 *     number where the system does not tell
 * @param limited whether a control group allows less than the machine has
 */
public record FreeMemory(long total, long available, boolean limited) {
  private static final String MEM_INFO = "proc/meminfo";

  /** What is there now, in bytes. */
  public static long bytes() {
    return now().available();
  }

  /** What is there now. */
  public static FreeMemory now() {
    return in(Path.of("/"));
  }

  /** The same for a system's files below another root. */
  public static FreeMemory in(Path root) {
    FreeMemory memory = ofMachine(root);
    for (Group g : groups(root)) {
      if (g.limit() < memory.total) {
        memory = new FreeMemory(g.limit(), Math.min(memory.available, g.available()), true);
      } else if (g.available() < memory.available) {
        memory = new FreeMemory(memory.total, g.available(), memory.limited);
      }
    }
    return memory;
  }

  private static FreeMemory ofMachine(Path root) {
    try {
      List<String> lines = Files.readAllLines(root.resolve(MEM_INFO));
      return new FreeMemory(
          1024 * field(lines, "MemTotal:"), 1024 * field(lines, "MemAvailable:"), false);
    } catch (IOException | NumberFormatException e) {
      // Not Linux: what Java knows has to do.
      return ManagementFactory.getOperatingSystemMXBean()
              instanceof com.sun.management.OperatingSystemMXBean system
          ? new FreeMemory(system.getTotalMemorySize(), system.getFreeMemorySize(), false)
          : new FreeMemory(Long.MAX_VALUE, Long.MAX_VALUE, false);
    }
  }

  private static long field(List<String> lines, String name) {
    for (String line : lines) {
      if (line.startsWith(name)) {
        return Long.parseLong(line.substring(name.length()).replaceAll("\\D", ""));
      }
    }
    throw new NumberFormatException("no " + name);
  }

  /**
   * A control group with a limit.
   *
   * @param available bytes left; pages of files that were not used lately count
   */
  private record Group(long limit, long available) {}

  /** The groups of this process and those above them: each limit counts. */
  private static List<Group> groups(Path root) {
    List<Group> found = new java.util.ArrayList<>();
    try {
      for (String line : Files.readAllLines(root.resolve("proc/self/cgroup"))) {
        String[] parts = line.split(":", 3);
        if (parts.length == 3 && parts[0].equals("0")) {
          collect(root.resolve("sys/fs/cgroup"), parts[2], Names.V2, found);
        } else if (parts.length == 3 && List.of(parts[1].split(",")).contains("memory")) {
          collect(root.resolve("sys/fs/cgroup/memory"), parts[2], Names.V1, found);
        }
      }
    } catch (IOException e) {
      return found; // no control groups
    }
    return found;
  }

  /** What the files of a group are called. */
  private enum Names {
    V1("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file "),
    V2("memory.max", "memory.current", "inactive_file ");

    private final String limit;
    private final String used;
    private final String inactive;

    Names(String limit, String used, String inactive) {
      this.limit = limit;
      this.used = used;
      this.inactive = inactive;
    }
  }

  /** A container may see its own group as the root, under a path that only others see. */
  private static void collect(Path mount, String path, Names names, List<Group> found) {
    for (Path p = Path.of("/").resolve(path); p != null; p = p.getParent()) {
      Path folder = mount.resolve(p.toString().substring(1));
      try {
        String max = Files.readString(folder.resolve(names.limit)).strip();
        if (!max.equals("max")) {
          long limit = Long.parseLong(max);
          long used = Long.parseLong(Files.readString(folder.resolve(names.used)).strip());
          long files = field(Files.readAllLines(folder.resolve("memory.stat")), names.inactive);
          found.add(new Group(limit, Math.max(0, limit - used + files)));
        }
      } catch (IOException | NumberFormatException e) {
        continue; // a group that has no limit or cannot be seen
      }
    }
  }
}
