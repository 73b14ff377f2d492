package dev.ocelli.cli.doctor;

import static dev.ocelli.engine.runtime.MemoryNeed.text;

import dev.ocelli.cli.console.ExitCode;
import dev.ocelli.cli.console.FreeMemory;
import dev.ocelli.cli.console.Json;
import dev.ocelli.cli.console.Progress;
import dev.ocelli.cli.flags.CommonFlags;
import dev.ocelli.cli.flags.ModelFlags;
import dev.ocelli.cli.model.Context;
import dev.ocelli.cli.model.EngineOpener;
import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.cache.CacheFolder;
import dev.ocelli.engine.kernels.Activations;
import dev.ocelli.engine.kernels.Arithmetic;
import dev.ocelli.engine.kernels.Cores;
import dev.ocelli.engine.kernels.KernelSet;
import dev.ocelli.engine.kernels.Peaks;
import dev.ocelli.engine.kernels.Simd;
import dev.ocelli.engine.kernels.WorkerTeam;
import dev.ocelli.engine.kernels.Workers;
import dev.ocelli.engine.model.ModelFiles;
import dev.ocelli.engine.runtime.MemoryPlan;
import dev.ocelli.engine.selftest.KernelCheck;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ocelli doctor}: is this machine fit, and what could be better? */
@Command(
    name = "doctor",
    description = {
      "Looks at Java, processor, kernels, memory, threads, caches and port, and says how each is and what to do.",
      "The exit code is 1 when something is bad."
    },
    customSynopsis = "ocelli doctor [-m MODEL [-mm MMPROJ]] [--cache-dir DIR] [--port N] [--json]",
    sortOptions = false)
public final class DoctorCommand implements Callable<Integer> {
  private static final double MEBIBYTE = 1 << 20;

  @Mixin CommonFlags common = new CommonFlags();

  @Option(
      names = {"-m", "--model"},
      paramLabel = "FILE",
      description = "A model whose files are checked, too; no weight is read.")
  @Nullable String model;

  @Option(
      names = {"-mm", "--mmproj"},
      paramLabel = "FILE",
      description = "Vision file of the model. Default: the only mmproj*.gguf beside it.")
  @Nullable Path mmproj;

  @Option(
      names = "--cache-dir",
      paramLabel = "DIR",
      description = "A folder of --cache-dir to look at.")
  @Nullable Path cacheDir;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "8080",
      description = "Port that 'serve' would use. Default: ${DEFAULT-VALUE}.")
  int port = 8080;

  @Option(names = "--json", description = "Print one JSON object.")
  boolean json;

  private final Context context;

  public DoctorCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    if (port < 1 || port > 65535) {
      throw new OcelliException(
          OcelliException.Kind.USAGE,
          "--port is %d; it must be between 1 and 65535".formatted(port));
    }
    Progress progress = new Progress(context.streams(), common.quiet);
    List<Finding> findings = new ArrayList<>();
    findings.add(java());
    findings.add(flags());
    findings.addAll(new MachineChecks(Path.of("/")).run());
    progress.show("measuring", 0, 0);
    try (Workers workers = new WorkerTeam(Cores.physical())) {
      KernelSet kernels = KernelSet.best(Activations.QUANTIZED);
      findings.add(kernels(KernelCheck.run(kernels, workers)));
      findings.add(rates(new Peaks(workers, kernels.level())));
    }
    progress.clear();
    findings.add(startCache());
    findings.add(cache(cacheDir));
    findings.add(port());
    if (model != null) {
      findings.add(model());
    }
    context.streams().out().print(json ? json(findings) : table(findings));
    boolean bad = findings.stream().anyMatch(f -> f.verdict() == Finding.Verdict.BAD);
    return bad ? ExitCode.FAILED_CHECK : ExitCode.OK;
  }

  private static Finding java() {
    String name = System.getProperty("java.vm.name", "");
    String what =
        "%s %s, %s".formatted(name, Runtime.version(), System.getProperty("java.vm.info", ""));
    boolean hotspot = name.contains("HotSpot") || name.contains("OpenJDK");
    return Finding.okIf(
        hotspot,
        "java",
        what,
        "other virtual machines compute vectors far more slowly; use a HotSpot JDK such as Temurin");
  }

  private static Finding flags() {
    String heap = "heap up to " + text(Runtime.getRuntime().maxMemory());
    if (Simd.best() == Simd.SCALAR) {
      return Finding.bad(
          "flags",
          heap + "; vectors cannot be used, everything is computed one value at a time",
          "start with the ocelli launcher, without -Xint");
    }
    return Finding.ok("flags", heap + "; Vector API there");
  }

  static Finding kernels(List<KernelCheck.Result> results) {
    List<String> wrong =
        results.stream()
            .filter(r -> !r.ok())
            .map(r ->
                String.format(
                    Locale.ROOT,
                    "%s (error %.3g, at most %.3g)",
                    r.kernel(),
                    r.error(),
                    r.tolerance()))
            .toList();
    return wrong.isEmpty()
        ? Finding.ok("kernels", results.size() + " kernels agree with plain loops")
        : Finding.bad(
            "kernels",
            "wrong results: " + String.join(", ", wrong),
            "use another --level until this is found: run 'ocelli selftest' and report both");
  }

  private static Finding rates(Peaks peaks) {
    StringBuilder what = new StringBuilder();
    what.append(String.format(Locale.ROOT, "memory %.0f GB/s", peaks.gigabytesPerSecond()));
    for (Arithmetic a : Arithmetic.values()) {
      double rate = peaks.gigaOperationsPerSecond(a);
      if (!Double.isNaN(rate)) {
        what.append(
            String.format(Locale.ROOT, ", %s %.0f GOP/s", a.name().toLowerCase(Locale.ROOT), rate));
      }
    }
    return Finding.ok("rates", what.toString());
  }

  private Finding startCache() {
    StartCacheState state = StartCacheState.now(context.environment());
    return switch (state) {
      case USED, UNUSED_FOR_NOW, NOT_A_JAR -> Finding.ok("start cache", state.text());
      case OFF -> Finding.warn("start cache", state.text(), "unset OCELLI_AOT for faster starts");
      case NO_FOLDER ->
          Finding.warn(
              "start cache", state.text(), "set HOME or XDG_CACHE_HOME to a folder of yours");
    };
  }

  static Finding cache(@Nullable Path folder) {
    if (folder == null) {
      return Finding.ok("cache", "no --cache-dir given: nothing is kept over restarts");
    }
    if (!Files.exists(folder)) {
      return Finding.ok("cache", folder + ": not there yet, it is made when it is used");
    }
    if (!Files.isDirectory(folder) || !Files.isWritable(folder)) {
      return Finding.bad(
          "cache",
          folder + ": no folder that can be written",
          "name another folder with --cache-dir or change its permissions");
    }
    try {
      CacheFolder.Usage u = CacheFolder.usage(folder);
      long free = Files.getFileStore(folder).getUsableSpace();
      return Finding.okIf(
          free > 1L << 30,
          "cache",
          String.format(
              Locale.ROOT,
              "%s: %d blocks and %d pictures in %.0f MiB, %s free on the disk",
              folder,
              u.blocks(),
              u.pictures(),
              u.bytes() / MEBIBYTE,
              text(free)),
          "free space, or empty it with 'ocelli cache clear " + folder + "'");
    } catch (IOException e) {
      return Finding.bad(
          "cache",
          "%s: cannot be read (%s)".formatted(folder, e.getMessage()),
          "change its permissions");
    }
  }

  private Finding port() {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return Finding.ok("port", port + " is free");
    } catch (IOException e) {
      return Finding.warn(
          "port",
          "%d cannot be had (%s)".formatted(port, e.getMessage()),
          "end what listens there, or give 'serve' another --port");
    }
  }

  private Finding model() {
    ModelFlags flags = new ModelFlags();
    flags.model = model;
    flags.mmproj = mmproj;
    try (ModelFiles files = EngineOpener.files(flags, false)) {
      MemoryPlan plan = MemoryPlan.of(files, EngineOpener.options(flags));
      long needed = plan.loadBytes(1);
      long available = FreeMemory.bytes();
      return Finding.okIf(
          needed <= available,
          "model",
          "%s: all tensors there%s; loading takes %s of %s available"
              .formatted(
                  files.language().origin(),
                  files.vision() == null ? ", no vision file" : "",
                  text(needed),
                  text(available)),
          "'ocelli plan %s' says what to change".formatted(model));
    } catch (OcelliException e) {
      return Finding.bad("model", String.valueOf(e.getMessage()), "see the message");
    }
  }

  private static String table(List<Finding> findings) {
    StringBuilder out = new StringBuilder();
    for (Finding f : findings) {
      out.append(
          "%-4s  %-12s %s\n"
              .formatted(f.verdict().name().toLowerCase(Locale.ROOT), f.topic(), f.what()));
      if (!f.remedy().isEmpty()) {
        out.append("                   -> ").append(f.remedy()).append('\n');
      }
    }
    return out.toString();
  }

  private static String json(List<Finding> findings) {
    return Json.line(out -> {
      out.writeStartObject();
      out.writeArrayPropertyStart("findings");
      for (Finding f : findings) {
        out.writeStartObject();
        out.writeStringProperty("topic", f.topic());
        out.writeStringProperty("verdict", f.verdict().name().toLowerCase(Locale.ROOT));
        out.writeStringProperty("what", f.what());
        out.writeStringProperty("remedy", f.remedy());
        out.writeEndObject();
      }
      out.writeEndArray();
      out.writeEndObject();
    })
        + "\n";
  }
}
