package dev.ocelli.cli.files;

import dev.ocelli.cli.console.ExitCode;
import dev.ocelli.cli.console.Progress;
import dev.ocelli.cli.flags.CommonFlags;
import dev.ocelli.cli.model.Context;
import dev.ocelli.cli.model.InputModel;
import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.gguf.GgufFile;
import dev.ocelli.engine.gguf.GgufShards;
import dev.ocelli.engine.gguf.OutputFile;
import dev.ocelli.engine.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ocelli split}: makes shards of a file. */
@Command(
    name = "split",
    description = "Splits a GGUF file into shards as gguf-split does.",
    customSynopsis = "ocelli split [--max-size SIZE | --max-tensors N] IN PREFIX",
    sortOptions = false)
public final class SplitCommand implements Callable<Integer> {
  private static final Pattern SIZE = Pattern.compile("([1-9]\\d{0,8})([KMG])");
  private static final int USUAL_TENSORS = 128;

  @Mixin CommonFlags common = new CommonFlags();

  @Mixin InputModel input = new InputModel();

  @Parameters(
      index = "1",
      paramLabel = "PREFIX",
      description = "Shards are named PREFIX-00001-of-00003.gguf and so on.")
  Path prefix = Path.of("");

  @Option(
      names = {"--max-size", "--split-max-size"},
      paramLabel = "SIZE",
      description = "Most bytes of a shard's tensors: 500M, 2G (powers of 1000).")
  @Nullable String size;

  @Option(
      names = {"--max-tensors", "--split-max-tensors"},
      paramLabel = "N",
      description = "Tensors of a shard. Default, without --max-size: 128.")
  @Nullable Integer tensors;

  @Option(names = "--dry-run", description = "Say what would be written, and write nothing.")
  boolean dryRun;

  @Option(names = "--force", description = "Replace shards that are there.")
  boolean force;

  private final Context context;

  public SplitCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    if (size != null && tensors != null) {
      throw usage("--max-size and --max-tensors exclude each other");
    }
    if (prefix.getFileName() == null) {
      throw usage("PREFIX has no file name; write it as in shards/model");
    }
    Path in = input.path(context, common.quiet);
    try (GgufFile model = GgufFile.open(in)) {
      GgufShards shards = shards(model);
      Set<Path> inputs = OutputFile.inputs(in, model);
      List<Path> paths = shards.paths(prefix);
      List<OutputFile> files =
          paths.stream().map(p -> OutputFile.of(p, force || dryRun, inputs)).toList();
      if (!dryRun) {
        write(shards, files);
      }
      for (int k = 0; k < paths.size(); k++) {
        List<Tensor> held = shards.tensors().get(k);
        long bytes = held.stream().mapToLong(t -> t.data().byteSize()).sum();
        context
            .streams()
            .out()
            .line(
                "%s: %d tensors, %s".formatted(paths.get(k), held.size(), FileReport.size(bytes)));
      }
    }
    return ExitCode.OK;
  }

  private GgufShards shards(GgufFile model) {
    try {
      if (size != null) {
        return GgufShards.ofSize(model, bytes(size));
      }
      int most = tensors == null ? USUAL_TENSORS : tensors;
      if (most < 1) {
        throw usage("--max-tensors %d is out of range; give 1 or more".formatted(most));
      }
      return GgufShards.ofTensors(model, most);
    } catch (IllegalArgumentException e) {
      throw usage(e.getMessage() + "; allow more in each");
    }
  }

  private static long bytes(String size) {
    Matcher m = SIZE.matcher(size);
    if (!m.matches()) {
      throw usage("--max-size '%s' is no size; write it as in 500M or 2G".formatted(size));
    }
    long unit =
        switch (m.group(2)) {
          case "K" -> 1_000;
          case "M" -> 1_000_000;
          default -> 1_000_000_000;
        };
    return Long.parseLong(m.group(1)) * unit;
  }

  private void write(GgufShards shards, List<OutputFile> files) {
    Progress progress = new Progress(context.streams(), common.quiet);
    try {
      progress.show("writing shards", 0, files.size());
      shards.write(files, n -> progress.show("writing shards", n, files.size()));
    } finally {
      progress.clear();
    }
  }

  private static OcelliException usage(String problem) {
    return new OcelliException(Kind.USAGE, problem);
  }
}
