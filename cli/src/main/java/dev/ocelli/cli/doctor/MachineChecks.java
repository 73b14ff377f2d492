package dev.ocelli.cli.doctor;

import static dev.ocelli.engine.runtime.MemoryNeed.text;

import dev.ocelli.cli.console.FreeMemory;
import dev.ocelli.engine.kernels.Cores;
import dev.ocelli.engine.kernels.jit.EmittedKernels;
import dev.ocelli.engine.kernels.jit.Level;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Looks at processor, memory and devices; on systems without Linux's files it says what it can. */
final class MachineChecks {
  /** With less than this only the smallest models can be loaded. */
  private static final long LITTLE_MEMORY = 2L << 30;

  /** What each level needs, by the names in {@code /proc/cpuinfo}. */
  private static final Map<Level, List<String>> NEEDED =
      Map.of(
          Level.AVX2, List.of("avx2", "fma", "f16c"),
          Level.AVX_VNNI, List.of("avx_vnni"),
          Level.AVX512_VNNI, List.of("avx512f", "avx512bw", "avx512dq", "avx512vl", "avx512_vnni"));

  private final Path root;

  /**
   * @param root of the file system, or of one that looks like it
   */
  MachineChecks(Path root) {
    this.root = root;
  }

  /** All of them. */
  List<Finding> run() {
    List<Finding> all = new ArrayList<>();
    all.add(level(EmittedKernels.status()));
    all.add(memory());
    all.add(hugePages());
    all.add(threads(Runtime.getRuntime().availableProcessors(), Cores.physical()));
    all.add(gpu());
    return all;
  }

  /** The level, and what keeps it from being higher. */
  Finding level(EmittedKernels.Status status) {
    Level level = status.level();
    if (!level.isEmitted()) {
      return Finding.warn(
          "level",
          "%s: no machine code (%s)".formatted(level.label(), status.reason()),
          "on x86 with AVX2 let the process have executable memory; elsewhere the Vector API is used");
    }
    String bfloat =
        status.bfloat16() ? ", bfloat16 for pictures" : ", no bfloat16 (needs avx512_bf16)";
    if (level == Level.AVX512_VNNI) {
      return Finding.ok("level", level.label() + ", the highest" + bfloat);
    }
    List<String> missing = new ArrayList<>(NEEDED.getOrDefault(Level.AVX512_VNNI, List.of()));
    missing.removeAll(flags());
    String why =
        missing.isEmpty()
            ? "the system does not keep the registers of AVX-512"
            : "the processor, or the virtual machine, does not offer " + String.join(", ", missing);
    return Finding.okIf(
        level == Level.AVX_VNNI,
        "level",
        "%s; not avx512vnni: %s%s".formatted(level.label(), why, bfloat),
        "a newer processor is several times as fast; in a virtual machine pass the host's processor on");
  }

  private List<String> flags() {
    for (String line : lines("proc/cpuinfo")) {
      if (line.startsWith("flags")) {
        return Arrays.asList(line.substring(line.indexOf(':') + 1).strip().split(" "));
      }
    }
    return List.of();
  }

  Finding memory() {
    FreeMemory m = FreeMemory.in(root);
    String what =
        "%s available of %s%s"
            .formatted(
                text(m.available()),
                text(m.total()),
                m.limited() ? ", which is the control group's limit" : "");
    return Finding.okIf(
        m.available() >= LITTLE_MEMORY,
        "memory",
        what,
        "end other programs or raise the container's limit; 'ocelli plan MODEL' says what a model takes");
  }

  Finding hugePages() {
    List<String> lines = lines("sys/kernel/mm/transparent_hugepage/enabled");
    if (lines.isEmpty()) {
      return Finding.ok("huge pages", "unknown on this system");
    }
    String mode = lines.getFirst().replaceAll(".*\\[(\\w+)\\].*", "$1");
    return Finding.okIf(
        !mode.equals("never"),
        "huge pages",
        "transparent huge pages: " + mode,
        "as root: echo madvise > /sys/kernel/mm/transparent_hugepage/enabled");
  }

  /**
   * Threads and what limits them.
   *
   * @param processors that Java sees, affinity and quota counted
   * @param cores that are worth a thread
   */
  Finding threads(int processors, int cores) {
    long machine = lines("proc/cpuinfo").stream().filter(l -> l.startsWith("processor")).count();
    double quota = quota();
    String limits =
        (machine > processors ? ", of %d in the machine".formatted(machine) : "")
            + (Double.isNaN(quota)
                ? ""
                : String.format(Locale.ROOT, ", quota of %.1f processors", quota));
    String what = "%d threads on %d processors%s".formatted(cores, processors, limits);
    boolean enough = Double.isNaN(quota) || quota >= cores;
    return Finding.okIf(
        enough,
        "threads",
        what,
        "threads wait for each other when the quota is used up: raise it, or give -t with its whole part");
  }

  /** Processors that a control group allows; NaN without a limit. */
  private double quota() {
    try {
      List<String> v2 = lines("sys/fs/cgroup/cpu.max");
      if (!v2.isEmpty()) {
        String[] parts = v2.getFirst().split(" ");
        return parts[0].equals("max") || parts.length < 2
            ? Double.NaN
            : Double.parseDouble(parts[0]) / Double.parseDouble(parts[1]);
      }
      List<String> quota = lines("sys/fs/cgroup/cpu/cpu.cfs_quota_us");
      List<String> period = lines("sys/fs/cgroup/cpu/cpu.cfs_period_us");
      if (!quota.isEmpty() && !period.isEmpty() && !quota.getFirst().startsWith("-")) {
        return Double.parseDouble(quota.getFirst()) / Double.parseDouble(period.getFirst());
      }
    } catch (NumberFormatException e) {
      return Double.NaN; // a form that is not known
    }
    return Double.NaN;
  }

  /** A graphics processor is found or not; it is not used either way. */
  Finding gpu() {
    List<String> driver = lines("proc/driver/nvidia/version");
    boolean device = Files.exists(root.resolve("dev/nvidia0"));
    boolean other = Files.exists(root.resolve("dev/kfd")) || Files.exists(root.resolve("dev/dri"));
    if (!driver.isEmpty() || device) {
      String version = driver.isEmpty() ? "" : " (" + driver.getFirst().strip() + ")";
      return Finding.ok(
          "gpu",
          "NVIDIA "
              + (device ? "device" : "driver without a device")
              + " found"
              + version
              + "; it is not used, everything is computed on the CPU");
    }
    return Finding.ok(
        "gpu", other ? "a graphics device is there; it is not used" : "none found; none is needed");
  }

  private List<String> lines(String file) {
    try {
      return Files.readAllLines(root.resolve(file));
    } catch (IOException e) {
      return List.of(); // this system does not tell
    }
  }
}
