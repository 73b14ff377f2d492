package dev.ocelli.cli.store;

import dev.ocelli.cli.console.ExitCode;
import dev.ocelli.cli.console.Json;
import dev.ocelli.cli.console.PullProgress;
import dev.ocelli.cli.flags.CommonFlags;
import dev.ocelli.cli.flags.HubAccess;
import dev.ocelli.cli.model.Context;
import dev.ocelli.cli.model.HubEnvironment;
import dev.ocelli.hub.HubSettings;
import dev.ocelli.hub.ModelRef;
import dev.ocelli.hub.Origin;
import dev.ocelli.hub.Pulled;
import dev.ocelli.hub.Puller;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ocelli pull}: brings a model to the store. */
@Command(
    name = "pull",
    description = {
      "Fetches a model and its vision file from a hub, or goes on where an earlier pull was cut; every file's hash is verified.",
      "What the store or the caches of Hugging Face, LM Studio, llama.cpp and ModelScope have is not fetched again. Standard output gets the paths: model, then vision file."
    },
    customSynopsis =
        "ocelli pull [hf:|modelscope:]OWNER/NAME[@REVISION][:QUANT] | ADDRESS [OPTIONS]",
    sortOptions = false)
public final class PullCommand implements Callable<Integer> {
  @Mixin CommonFlags common = new CommonFlags();

  @Parameters(
      paramLabel = "MODEL",
      description =
          "Repository with the quantization behind a colon (default Q4_K_M, else the first; without GGUF files all of it), or the address of a GGUF file.")
  String model = "";

  @Option(
      names = "--revision",
      paramLabel = "REV",
      description = "Branch, tag or commit. Default: the newest.")
  @Nullable String revision;

  @Option(
      names = {"--file", "-hff", "--hf-file"},
      paramLabel = "FILE",
      description = "File of the repository, where a quantization does not say which.")
  @Nullable String file;

  @Option(names = "--no-mmproj", description = "Leave out the vision file.")
  boolean noMmproj;

  @Mixin HubAccess access = new HubAccess();

  @Option(names = "--json", description = "Print one JSON object.")
  boolean json;

  private final Context context;

  public PullCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    HubEnvironment environment = new HubEnvironment(context.environment());
    HubSettings settings = environment.settings(access.token, access.offline);
    ModelRef ref = ModelRef.parse(model, Origin.HUGGING_FACE, settings).with(revision, file);
    PullProgress progress = new PullProgress(context.streams(), common.quiet);
    Pulled pulled;
    try (Puller puller = new Puller(settings, environment.store(), environment.known(), progress)) {
      pulled = settings.offline() ? puller.resolve(ref, !noMmproj) : puller.pull(ref, !noMmproj);
    } finally {
      progress.clear();
    }
    if (pulled.downloaded() == 0) {
      progress.note(ref + ": nothing to fetch, everything is there");
    }
    context.streams().out().print(json ? json(ref, pulled) + "\n" : text(pulled));
    return ExitCode.OK;
  }

  private static String text(Pulled p) {
    return p.model() + "\n" + (p.mmproj() == null ? "" : p.mmproj() + "\n");
  }

  private static String json(ModelRef ref, Pulled p) {
    return Json.line(out -> {
      out.writeStartObject();
      out.writeStringProperty("name", ref.toString());
      out.writeStringProperty("revision", p.revision());
      out.writeStringProperty("model", p.model().toString());
      if (p.mmproj() != null) {
        out.writeStringProperty("mmproj", p.mmproj().toString());
      }
      out.writeNumberProperty("downloaded", p.downloaded());
      out.writeEndObject();
    });
  }
}
