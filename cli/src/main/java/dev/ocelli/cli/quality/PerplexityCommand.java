package dev.ocelli.cli.quality;

import dev.ocelli.cli.console.ExitCode;
import dev.ocelli.cli.console.InputFiles;
import dev.ocelli.cli.console.Json;
import dev.ocelli.cli.console.Progress;
import dev.ocelli.cli.flags.CommonFlags;
import dev.ocelli.cli.flags.ModelFlags;
import dev.ocelli.cli.model.Context;
import dev.ocelli.cli.model.EngineOpener;
import dev.ocelli.cli.model.ModelSource;
import dev.ocelli.cli.model.QualityText;
import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.gguf.OutputFile;
import dev.ocelli.engine.quality.Estimate;
import dev.ocelli.engine.quality.Perplexity;
import dev.ocelli.engine.quality.ReferenceWriter;
import dev.ocelli.engine.quality.TextWindows;
import dev.ocelli.engine.runtime.Engine;
import dev.ocelli.engine.runtime.Session;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ocelli perplexity}: how well a model predicts a text. */
@Command(
    name = "perplexity",
    description = {
      "Says how well a model predicts a text: the perplexity, by the method of llama-perplexity, less is better.",
      "The text is cut into windows of -c tokens (512 unless given); of each, the second half is predicted. --save-logits keeps what the model said, for kld with other files of the same model."
    },
    customSynopsis =
        "ocelli perplexity -m MODEL -f TEXT [-c N] [--chunks N] [--save-logits FILE] [OPTIONS]",
    sortOptions = false)
public final class PerplexityCommand implements Callable<Integer> {
  @Mixin CommonFlags common = new CommonFlags();
  @Mixin ModelFlags modelFlags = new ModelFlags();

  @Option(
      names = {"-f", "--file"},
      paramLabel = "TEXT",
      required = true,
      description = "UTF-8 text.")
  Path text = Path.of("");

  @Option(
      names = "--chunks",
      paramLabel = "N",
      description = "Read the first N windows only. Default: all.")
  int chunks = Integer.MAX_VALUE;

  @Option(
      names = {"--save-logits", "--kl-divergence-base"},
      paramLabel = "FILE",
      description =
          "Write what the model says about every token, two bytes for each token of the vocabulary; llama-perplexity can read it, too.")
  @Nullable Path logits;

  @Option(names = "--force", description = "Replace that file when it is there.")
  boolean force;

  @Option(names = "--json", description = "Print one JSON object.")
  boolean json;

  private final Context context;

  public PerplexityCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    QualityText.settle(modelFlags, chunks);
    new ModelSource(context, common.quiet).settle(modelFlags);
    OutputFile target = logits == null ? null : OutputFile.of(logits, force, inputs());
    String words = InputFiles.text(text, "a text", QualityText.MOST_BYTES);
    Progress progress = new Progress(context.streams(), common.quiet);
    try (Engine engine = EngineOpener.engine(modelFlags, false, progress);
        Session session = engine.newSession()) {
      context.interrupts().cancelWith(session::cancel);
      TextWindows windows =
          QualityText.windows(engine, words, text, modelFlags.contextSize, chunks);
      RunningValues running = new RunningValues(context.streams(), common.quiet);
      Perplexity result = measure(engine, session, windows, target, running);
      running.end();
      if (result.windows() == 0) {
        return ExitCode.INTERRUPTED;
      }
      print(engine, windows, result);
      return result.windows() < windows.count() ? ExitCode.INTERRUPTED : ExitCode.OK;
    }
  }

  private List<Path> inputs() {
    List<Path> inputs = new ArrayList<>(List.of(text));
    String model = modelFlags.model;
    if (model != null && !model.equals("nano")) {
      inputs.add(InputFiles.path(model));
    }
    return inputs;
  }

  private static Perplexity measure(
      Engine engine,
      Session session,
      TextWindows windows,
      @Nullable OutputFile target,
      RunningValues running) {
    if (target == null) {
      return Perplexity.of(engine, session, windows, null, running);
    }
    int vocabulary = engine.files().config().text().vocabulary();
    target.requireRoom(ReferenceWriter.bytes(windows, vocabulary));
    Perplexity[] result = new Perplexity[1];
    target.write(out -> {
      ReferenceWriter writer = new ReferenceWriter(out, windows, vocabulary);
      result[0] = Perplexity.of(engine, session, windows, writer, running);
      if (result[0].windows() < windows.count()) {
        running.end();
        throw new OcelliException(
            Kind.USAGE, target.path() + ": not written, as the work was interrupted");
      }
      writer.finish();
    });
    return result[0];
  }

  private void print(Engine engine, TextWindows windows, Perplexity result) {
    Estimate ppl = result.perplexity();
    if (!json) {
      context
          .streams()
          .out()
          .print(
              String.format(
                  Locale.ROOT,
                  "PPL = %.4f ± %.5f (%d windows of %d tokens, %d tokens predicted; %.1f s, %.1f tokens/s)%n",
                  ppl.value(),
                  ppl.error(),
                  result.windows(),
                  result.context(),
                  result.scored(),
                  result.seconds(),
                  result.tokensPerSecond()));
      return;
    }
    context
        .streams()
        .out()
        .print(
            Json.line(out -> {
              out.writeStartObject();
              out.writeStringProperty("model", engine.files().language().origin());
              out.writeStringProperty("text", text.toString());
              out.writeNumberProperty("n_ctx", result.context());
              out.writeNumberProperty("chunks", result.windows());
              out.writeNumberProperty("tokens", (long) result.windows() * result.context());
              out.writeNumberProperty("scored", result.scored());
              QualityText.estimate(out, "ppl", ppl);
              QualityText.estimate(out, "nll", result.surprise());
              Json.rounded(out, "seconds", result.seconds());
              Json.rounded(out, "tokens_per_second", result.tokensPerSecond());
              if (logits != null) {
                out.writeStringProperty("logits", logits.toString());
              }
              out.writeEndObject();
            })
                + "\n");
  }
}
