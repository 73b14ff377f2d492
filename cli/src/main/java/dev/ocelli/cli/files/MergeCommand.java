package dev.ocelli.cli.files;

import dev.ocelli.cli.console.ExitCode;
import dev.ocelli.cli.flags.CommonFlags;
import dev.ocelli.cli.model.Context;
import dev.ocelli.cli.model.InputModel;
import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.gguf.GgufFile;
import dev.ocelli.engine.gguf.GgufShards;
import dev.ocelli.engine.gguf.GgufWriter;
import dev.ocelli.engine.gguf.OutputFile;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ocelli merge}: makes one file of shards. */
@Command(
    name = "merge",
    description =
        "Makes one GGUF file of shards; the file that they were split from, byte for byte.",
    customSynopsis = "ocelli merge IN OUT.gguf [--force]",
    sortOptions = false)
public final class MergeCommand implements Callable<Integer> {
  @Mixin CommonFlags common = new CommonFlags();

  @Mixin InputModel input = new InputModel();

  @Parameters(index = "1", paramLabel = "OUT.gguf", description = "The file to write.")
  Path out = Path.of("");

  @Option(names = "--force", description = "Replace OUT.gguf when it is there.")
  boolean force;

  private final Context context;

  public MergeCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Path in = input.path(context, common.quiet);
    try (GgufFile model = GgufFile.open(in)) {
      if (!model.metadata().has("split.count")) {
        throw new OcelliException(
            Kind.USAGE, in + ": this is no shard but a whole file; there is nothing to merge");
      }
      OutputFile target = OutputFile.of(out, force, OutputFile.inputs(in, model));
      GgufWriter merged = GgufShards.merged(model);
      long bytes = merged.bytes();
      merged.write(target);
      context
          .streams()
          .out()
          .line(
              "%s: %d shards, %d tensors, %s"
                  .formatted(out, model.shards(), model.tensors().size(), FileReport.size(bytes)));
    }
    return ExitCode.OK;
  }
}
