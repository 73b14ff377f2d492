package dev.ocelli.engine.kernels;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * How many cores are worth a thread each.
 *
 * <p>Two hardware threads of one core share its arithmetic units, and cores made for efficiency
 * hold up those made for speed; more threads than fast cores make computing slower.
 */
public final class Cores {
  private Cores() {}

  /**
   * The number of physical cores that this process may use; of the fast ones where there are two
   * kinds. Where the system does not tell (it does on Linux), the number of processors.
   */
  public static int physical() {
    return physical(Path.of("/sys/devices"), Runtime.getRuntime().availableProcessors());
  }

  /**
   * The same for given descriptions.
   *
   * @param devices folder with {@code system/cpu/cpu*} and, where cores are of two kinds, {@code
   *     cpu_core/cpus}
   * @param available processors that this process may use
   */
  static int physical(Path devices, int available) {
    Set<String> cores = new HashSet<>();
    try {
      Set<Integer> fast = fast(devices.resolve("cpu_core/cpus"));
      Path cpus = devices.resolve("system/cpu");
      try (DirectoryStream<Path> all = Files.newDirectoryStream(cpus, "cpu[0-9]*")) {
        for (Path cpu : all) {
          int number = Integer.parseInt(cpu.getFileName().toString().substring(3));
          Path siblings = cpu.resolve("topology/thread_siblings_list");
          if ((fast.isEmpty() || fast.contains(number)) && Files.exists(siblings)) {
            cores.add(Files.readString(siblings).strip());
          }
        }
      }
    } catch (IOException | NumberFormatException e) {
      return available;
    }
    return cores.isEmpty() ? available : Math.min(available, cores.size());
  }

  /** The numbers in a list such as {@code 0-3,8}; none when there is no such file. */
  private static Set<Integer> fast(Path list) throws IOException {
    Set<Integer> numbers = new HashSet<>();
    if (Files.exists(list)) {
      for (String range : Files.readString(list).strip().split(",")) {
        String[] ends = range.split("-");
        int last = Integer.parseInt(ends[ends.length - 1]);
        for (int n = Integer.parseInt(ends[0]); n <= last; n++) {
          numbers.add(n);
        }
      }
    }
    return numbers;
  }
}
