package dev.ocelli.cli.store;

import dev.ocelli.cli.console.ExitCode;
import dev.ocelli.cli.console.PullProgress;
import dev.ocelli.cli.flags.CommonFlags;
import dev.ocelli.cli.model.Context;
import dev.ocelli.cli.model.HubEnvironment;
import dev.ocelli.hub.HubSettings;
import dev.ocelli.hub.ModelRef;
import dev.ocelli.hub.Origin;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code ocelli rm}: removes models from the store. */
@Command(
    name = "rm",
    description =
        "Removes downloaded models: with a quantization that one, without all of the repository and what was not finished. Caches of other programs are never touched.",
    customSynopsis = "ocelli rm MODEL...",
    sortOptions = false)
public final class RmCommand implements Callable<Integer> {
  @Mixin CommonFlags common = new CommonFlags();

  @Parameters(
      arity = "1..*",
      paramLabel = "MODEL",
      description = "Names as 'pull' takes and 'list' shows them.")
  List<String> models = List.of();

  private final Context context;

  public RmCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    HubEnvironment environment = new HubEnvironment(context.environment());
    HubSettings settings = environment.settings(null, true);
    List<ModelRef> refs =
        models.stream().map(m -> ModelRef.parse(m, Origin.HUGGING_FACE, settings)).toList();
    for (ModelRef ref : refs) {
      long bytes = environment.store().remove(ref);
      if (!common.quiet) {
        context
            .streams()
            .err()
            .println("removed %s, %s".formatted(ref, PullProgress.amount(bytes)));
      }
    }
    return ExitCode.OK;
  }
}
