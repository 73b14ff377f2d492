package dev.ocelli.cli.files;

import dev.ocelli.cli.console.ExitCode;
import dev.ocelli.cli.console.FileContents;
import dev.ocelli.cli.console.Json;
import dev.ocelli.cli.console.Progress;
import dev.ocelli.cli.flags.CommonFlags;
import dev.ocelli.cli.model.Context;
import dev.ocelli.cli.model.InputModel;
import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.kernels.WorkerTeam;
import dev.ocelli.engine.kernels.Workers;
import dev.ocelli.engine.tensor.Printable;
import dev.ocelli.engine.verify.Verifier;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ocelli verify}: whether a model file is whole and sound. */
@Command(
    name = "verify",
    description =
        "Reads all of a model file: structure, places of tensors, shards, values that are no numbers, SHA-256. Exit code 1 when a check fails, 3 when the file cannot be read.",
    customSynopsis = "ocelli verify IN [--sha256 HASH] [--json]",
    sortOptions = false)
public final class VerifyCommand implements Callable<Integer> {
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

  @Mixin CommonFlags common = new CommonFlags();

  @Mixin InputModel input = new InputModel();

  @Option(
      names = "--sha256",
      paramLabel = "HASH",
      description = "What the SHA-256 of IN must be; of shards, that of the one named.")
  @Nullable String expected;

  @Option(
      names = {"-t", "--threads"},
      paramLabel = "N",
      description = "Threads. Default: one a processor.")
  int threads = Runtime.getRuntime().availableProcessors();

  @Option(names = "--json", description = "Print one JSON object.")
  boolean json;

  private final Context context;

  public VerifyCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    QuantizeCommand.requireThreads(threads);
    String wanted = expected == null ? null : expected.toLowerCase(Locale.ROOT);
    if (wanted != null && !HASH.matcher(wanted).matches()) {
      throw new OcelliException(
          Kind.USAGE, "--sha256 '%s' is no hash of 64 hexadecimal digits".formatted(expected));
    }
    Path file = input.path(context, common.quiet);
    Verifier.Result result;
    Progress progress = new Progress(context.streams(), common.quiet);
    try (FileContents contents = FileContents.open(file);
        Workers workers = new WorkerTeam(threads)) {
      Verifier verifier = new Verifier(List.copyOf(contents.tensors()), contents.source().files());
      result = verifier.run(workers, (done, all) -> progress.show("reading", done, all));
    } finally {
      progress.clear();
    }
    String differs = wanted == null ? null : difference(result, wanted, file);
    boolean sound = result.isSound() && differs == null;
    context.streams().out().print(json ? json(result, differs, sound) : text(result, differs));
    return sound ? ExitCode.OK : ExitCode.FAILED_CHECK;
  }

  /** What is wrong with the hash of the file that was named, or null. */
  private static @Nullable String difference(Verifier.Result result, String wanted, Path file) {
    String name = String.valueOf(file.getFileName());
    for (Verifier.FileHash h : result.hashes()) {
      if (h.name().equals(name)) {
        return h.sha256().equals(wanted)
            ? null
            : "%s: SHA-256 is %s, not %s; download the file again"
                .formatted(name, h.sha256(), wanted);
      }
    }
    throw new OcelliException(
        Kind.USAGE, "--sha256 is given for a folder; name the file in it that has the hash");
  }

  private static String text(Verifier.Result result, @Nullable String differs) {
    StringBuilder out = new StringBuilder();
    for (Verifier.FileHash h : result.hashes()) {
      out.append("%s  %s (%s)\n".formatted(h.sha256(), h.name(), FileReport.size(h.bytes())));
    }
    for (Verifier.Finding f : result.findings()) {
      out.append(finding(f)).append('\n');
    }
    if (differs != null) {
      out.append(differs).append('\n');
    }
    out.append("%d tensors read".formatted(result.tensors()));
    if (result.skipped() > 0) {
      out.append(", %d of types without weights skipped".formatted(result.skipped()));
    }
    return out.append(
            result.isSound() && differs == null
                ? ": the file is whole, and all values are numbers\n"
                : ": the file is damaged\n")
        .toString();
  }

  private static String finding(Verifier.Finding f) {
    String tensor = "tensor '" + Printable.of(f.tensor().name()) + "'";
    return f.bad() == 0
        ? "note: all values of %s are 0".formatted(tensor)
        : "%s: %d of %d values are no numbers, the first is %s at index %d; download or convert the file again"
            .formatted(tensor, f.bad(), f.tensor().values(), f.example(), f.first());
  }

  private static String json(Verifier.Result result, @Nullable String differs, boolean sound) {
    return Json.line(out -> {
      out.writeStartObject();
      out.writeBooleanProperty("sound", sound);
      out.writeNumberProperty("tensors", result.tensors());
      out.writeNumberProperty("skipped", result.skipped());
      out.writeArrayPropertyStart("files");
      for (Verifier.FileHash h : result.hashes()) {
        out.writeStartObject();
        out.writeStringProperty("name", h.name());
        out.writeNumberProperty("bytes", h.bytes());
        out.writeStringProperty("sha256", h.sha256());
        out.writeEndObject();
      }
      out.writeEndArray();
      out.writeArrayPropertyStart("findings");
      result.findings().forEach(f -> out.writeString(finding(f)));
      if (differs != null) {
        out.writeString(differs);
      }
      out.writeEndArray();
      out.writeEndObject();
    })
        + "\n";
  }
}
