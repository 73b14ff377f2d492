package dev.ocelli.cli.files;

import dev.ocelli.cli.console.ExitCode;
import dev.ocelli.cli.console.FileContents;
import dev.ocelli.cli.flags.CommonFlags;
import dev.ocelli.cli.model.Context;
import dev.ocelli.cli.model.InputModel;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ocelli show}: says what is in a model file. */
@Command(
    name = "show",
    description = "Shows metadata, tensors and sizes of a model file; no weight is read.",
    customSynopsis = "ocelli show IN [--tensors] [--json]",
    sortOptions = false)
public final class ShowCommand implements Callable<Integer> {
  @Mixin CommonFlags common = new CommonFlags();

  @Mixin InputModel input = new InputModel();

  @Option(names = "--tensors", description = "List every tensor: name, shape, type, bytes.")
  boolean tensors;

  @Option(names = "--json", description = "Print one JSON object.")
  boolean json;

  private final Context context;

  public ShowCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    try (FileContents contents = FileContents.open(input.path(context, common.quiet))) {
      FileReport report = new FileReport(contents);
      context.streams().out().print(json ? report.json(tensors) + "\n" : report.text(tensors));
    }
    return ExitCode.OK;
  }
}
