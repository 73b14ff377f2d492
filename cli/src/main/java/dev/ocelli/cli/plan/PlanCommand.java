package dev.ocelli.cli.plan;

import dev.ocelli.cli.console.ExitCode;
import dev.ocelli.cli.console.FreeMemory;
import dev.ocelli.cli.flags.CommonFlags;
import dev.ocelli.cli.flags.DocumentFlags;
import dev.ocelli.cli.flags.ModelFlags;
import dev.ocelli.cli.model.Context;
import dev.ocelli.cli.model.EngineOpener;
import dev.ocelli.cli.model.LoadedModel;
import dev.ocelli.cli.model.ModelCard;
import dev.ocelli.cli.model.ModelSource;
import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.model.ModelFiles;
import dev.ocelli.engine.runtime.EngineOptions;
import dev.ocelli.engine.runtime.MemoryNeed;
import dev.ocelli.engine.runtime.MemoryPlan;
import dev.ocelli.engine.runtime.MemoryUse;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ocelli plan}: what a model would take, before it is loaded. */
@Command(
    name = "plan",
    description = {
      "Says what memory and time a model would take on this machine, and what to change where it does not fit.",
      "Only headers are read, so that files may be larger than memory."
    },
    customSynopsis =
        "ocelli plan MODEL [-mm MMPROJ] [-c N] [--parallel N] [--image WxH|FILE]... [--video LENGTH|FILE]... [OPTIONS]",
    sortOptions = false)
public final class PlanCommand implements Callable<Integer> {
  private static final int MOST_PARALLEL = 1024;

  /** More than any context holds. */
  private static final int MOST_PROMPT = 1 << 24;

  @Mixin CommonFlags common = new CommonFlags();

  @Parameters(
      arity = "0..1",
      paramLabel = "MODEL",
      description = "The model, as with -m. Default: the embedded nano model.")
  @Nullable String named;

  @Option(
      names = {"-np", "--parallel"},
      paramLabel = "N",
      defaultValue = "1",
      description = "Conversations at once, each with a whole context. Default: ${DEFAULT-VALUE}.")
  int parallel = 1;

  @Option(
      names = {"--image", "-i"},
      paramLabel = "WxH|FILE",
      split = ",",
      description =
          "Picture of each conversation, by its size or as a file, of a PDF each page; several for several.")
  List<String> images = new ArrayList<>();

  @Option(
      names = "--video",
      paramLabel = "LENGTH|FILE",
      split = ",",
      description =
          "Clip of each conversation: a video file, or 60s, 2m, or with the size of its frames 60s@1920x1080 (default 1280x720).")
  List<String> clips = new ArrayList<>();

  @Option(
      names = "--image-max-tokens",
      paramLabel = "N",
      description = "Shrink larger pictures to about N tokens. Default: the model's own limit.")
  @Nullable Integer maxTokens;

  @Option(
      names = "--prompt-tokens",
      paramLabel = "N",
      defaultValue = "64",
      description =
          "Tokens of text beside the pictures, for the estimate of times. Default: ${DEFAULT-VALUE}.")
  int promptTokens = 64;

  @Option(
      names = "--no-calibration",
      description = "Do not measure this machine; times are left out.")
  boolean noCalibration;

  @Option(names = "--json", description = "Print one JSON object.")
  boolean json;

  @Mixin DocumentFlags documentFlags = new DocumentFlags();
  @Mixin ModelFlags modelFlags = new ModelFlags();

  private final Context context;

  public PlanCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    if (named != null && modelFlags.model != null) {
      throw new OcelliException(
          Kind.USAGE, "the model is given twice, as %s and with -m; give one".formatted(named));
    }
    if (named != null) {
      modelFlags.model = named;
    }
    if (parallel < 1 || parallel > MOST_PARALLEL) {
      throw new OcelliException(
          Kind.USAGE,
          "--parallel %d is out of range; give 1 to %d".formatted(parallel, MOST_PARALLEL));
    }
    if (promptTokens < 1 || promptTokens > MOST_PROMPT) {
      throw new OcelliException(
          Kind.USAGE,
          "--prompt-tokens %d is out of range; give 1 to %d".formatted(promptTokens, MOST_PROMPT));
    }
    new ModelSource(context, false).settle(modelFlags);
    EngineOptions options = EngineOpener.options(modelFlags);
    boolean sees = !images.isEmpty() || !clips.isEmpty();
    try (ModelFiles files = EngineOpener.files(modelFlags, sees)) {
      if (sees && files.vision() == null) {
        throw new OcelliException(
            Kind.USAGE,
            "%s: pictures are given, but no vision file; name it with --mmproj"
                .formatted(files.language().origin()));
      }
      PlanReport report = plan(files, options);
      context.streams().out().print(json ? report.json() : report.table());
      return report.advice().fits() ? ExitCode.OK : ExitCode.RESOURCE;
    }
  }

  private PlanReport plan(ModelFiles files, EngineOptions options) {
    MemoryPlan plan = MemoryPlan.of(files, options);
    OptionalInt most = maxTokens == null ? OptionalInt.empty() : OptionalInt.of(maxTokens);
    List<PlanPictures.Seen> seen =
        new PlanPictures(files.pictures(), most, documentFlags, context).plan(images, clips);
    int visual = seen.stream().mapToInt(PlanPictures.Seen::tokens).sum();
    if (visual >= plan.contextLength()) {
      throw new OcelliException(
          Kind.CONTEXT,
          "the pictures and clips take %d tokens, but the context holds %d; use a larger --ctx-size, fewer pictures or --image-max-tokens"
              .formatted(visual, plan.contextLength()));
    }
    // Without a wish only what is used counts: memory grows with a conversation.
    int tokens =
        options.contextLength() > 0
            ? options.contextLength()
            : Math.min(plan.contextLength(), Math.max(MemoryNeed.TOKENS, visual + 1024));
    MemoryUse use =
        new MemoryUse(parallel, tokens, seen.stream().map(PlanPictures.Seen::use).toList());
    LoadedModel.Card card =
        ModelCard.of(files, options.promptThreads(), plan.level(), options.requantization());
    PlanTimes times =
        noCalibration
            ? null
            : PlanTimes.measure(plan, options, seen, promptTokens, card.bytesPerToken());
    return new PlanReport(
        card,
        new PlanReport.Memory(plan.need(use), use, FreeMemory.now()),
        seen,
        times,
        PlanAdvice.of(plan, use, FreeMemory.now().available()),
        plan);
  }
}
