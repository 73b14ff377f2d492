package dev.ocelli.cli.store;

import dev.ocelli.cli.console.ExitCode;
import dev.ocelli.cli.console.Json;
import dev.ocelli.cli.console.PullProgress;
import dev.ocelli.cli.flags.CommonFlags;
import dev.ocelli.cli.model.Context;
import dev.ocelli.cli.model.HubEnvironment;
import dev.ocelli.hub.Store;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ocelli du}: what the store takes on the disk. */
@Command(
    name = "du",
    description = "Says how many bytes downloaded models take, and where they are.",
    customSynopsis = "ocelli du [--json]",
    sortOptions = false)
public final class DuCommand implements Callable<Integer> {
  @Mixin CommonFlags common = new CommonFlags();

  @Option(names = "--json", description = "Print one JSON object.")
  boolean json;

  private final Context context;

  public DuCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Store store = new HubEnvironment(context.environment()).store();
    long bytes = 0;
    long unfinished = 0;
    int repositories = 0;
    for (Store.Repository r : store.repositories()) {
      bytes += r.bytes();
      unfinished += r.unfinished();
      repositories++;
    }
    context
        .streams()
        .out()
        .line(
            json
                ? json(store, repositories, bytes, unfinished)
                : "%s: %d repositories, %s, and %s unfinished"
                    .formatted(
                        store.root(),
                        repositories,
                        PullProgress.amount(bytes),
                        PullProgress.amount(unfinished)));
    return ExitCode.OK;
  }

  private static String json(Store store, int repositories, long bytes, long unfinished) {
    return Json.line(out -> {
      out.writeStartObject();
      out.writeStringProperty("folder", store.root().toString());
      out.writeNumberProperty("repositories", repositories);
      out.writeNumberProperty("bytes", bytes);
      out.writeNumberProperty("unfinished", unfinished);
      out.writeEndObject();
    });
  }
}
