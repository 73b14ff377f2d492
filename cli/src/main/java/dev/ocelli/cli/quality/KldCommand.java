package dev.ocelli.cli.quality;

import dev.ocelli.cli.console.ExitCode;
import dev.ocelli.cli.console.InputFiles;
import dev.ocelli.cli.console.Progress;
import dev.ocelli.cli.flags.CommonFlags;
import dev.ocelli.cli.flags.ModelFlags;
import dev.ocelli.cli.model.Context;
import dev.ocelli.cli.model.EngineOpener;
import dev.ocelli.cli.model.ModelSource;
import dev.ocelli.cli.model.QualityText;
import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.quality.Divergence;
import dev.ocelli.engine.quality.DivergenceMeter;
import dev.ocelli.engine.quality.ReferenceFile;
import dev.ocelli.engine.quality.TextWindows;
import dev.ocelli.engine.runtime.Engine;
import dev.ocelli.engine.runtime.Session;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ocelli kld}: how far a model's predictions are from a reference's. */
@Command(
    name = "kld",
    description = {
      "Compares a model's predictions of a text with those of a reference model, such as the same one with more bits a weight: Kullback-Leibler divergence, perplexities, agreement.",
      "The reference's predictions are in a file of perplexity --save-logits or of llama-perplexity --kl-divergence-base; the text is in it, too."
    },
    customSynopsis = "ocelli kld -m MODEL --reference FILE [-f TEXT] [--chunks N] [OPTIONS]",
    sortOptions = false)
public final class KldCommand implements Callable<Integer> {
  @Mixin CommonFlags common = new CommonFlags();
  @Mixin ModelFlags modelFlags = new ModelFlags();

  @Option(
      names = {"--reference", "--kl-divergence-base"},
      paramLabel = "FILE",
      required = true,
      description = "The reference's predictions.")
  Path reference = Path.of("");

  @Option(
      names = {"-f", "--file"},
      paramLabel = "TEXT",
      description =
          "The text that the reference was made with. Not needed; when given, it is checked that this model's tokenizer makes the same tokens of it.")
  @Nullable Path text;

  @Option(
      names = "--chunks",
      paramLabel = "N",
      description = "Read the first N windows only. Default: all of the file.")
  int chunks = Integer.MAX_VALUE;

  @Option(names = "--json", description = "Print one JSON object.")
  boolean json;

  private final Context context;

  public KldCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    int wanted = modelFlags.contextSize;
    QualityText.settle(modelFlags, chunks);
    new ModelSource(context, common.quiet).settle(modelFlags);
    Path named = text;
    String words = named == null ? "" : InputFiles.text(named, "a text", QualityText.MOST_BYTES);
    Progress progress = new Progress(context.streams(), common.quiet);
    try (ReferenceFile file = ReferenceFile.open(reference)) {
      if (wanted != 0 && wanted != file.text().context()) {
        throw new OcelliException(
            Kind.USAGE,
            "%s: was made with windows of %d tokens, not %d; leave out --ctx-size or make it anew"
                .formatted(reference, file.text().context(), wanted));
      }
      modelFlags.contextSize = file.text().context();
      try (Engine engine = EngineOpener.engine(modelFlags, false, progress);
          Session session = engine.newSession()) {
        context.interrupts().cancelWith(session::cancel);
        DivergenceMeter meter = new DivergenceMeter(engine, file, chunks);
        if (named != null) {
          requireSame(engine, file.text(), words, named);
        }
        if (!file.checked() && !common.quiet) {
          context
              .streams()
              .err()
              .println("note: %s has no checksums (not written by ocelli)".formatted(reference));
        }
        RunningValues running = new RunningValues(context.streams(), common.quiet);
        Divergence result = meter.run(session, running);
        running.end();
        if (result.windows() > 0) {
          DivergenceReport report =
              new DivergenceReport(
                  engine.files().language().origin(), reference.toString(), result);
          context.streams().out().print(json ? report.json() + "\n" : report.table());
        }
        return context.interrupts().interrupted() ? ExitCode.INTERRUPTED : ExitCode.OK;
      }
    }
  }

  /** Finds texts and tokenizers that are not those of the reference. */
  private void requireSame(Engine engine, TextWindows made, String words, Path named) {
    TextWindows own = QualityText.windows(engine, words, named, made.context(), Integer.MAX_VALUE);
    int length = made.ids().length;
    int differs =
        own.ids().length < length
            ? own.ids().length
            : Arrays.mismatch(own.ids(), 0, length, made.ids(), 0, length);
    if (differs >= 0) {
      throw new OcelliException(
          Kind.INPUT,
          "%s: is not what %s was made with, or the tokenizer is another: they differ from token %d on; name that text, or make the reference anew"
              .formatted(named, reference, differs));
    }
  }
}
