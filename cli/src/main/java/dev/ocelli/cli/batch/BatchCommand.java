package dev.ocelli.cli.batch;

import dev.ocelli.cli.answer.RunCommand;
import dev.ocelli.cli.console.ExitCode;
import dev.ocelli.cli.console.InputFiles;
import dev.ocelli.cli.console.Progress;
import dev.ocelli.cli.flags.CommonFlags;
import dev.ocelli.cli.flags.ModelFlags;
import dev.ocelli.cli.flags.PromptFlags;
import dev.ocelli.cli.flags.PromptText;
import dev.ocelli.cli.flags.SamplingFlags;
import dev.ocelli.cli.flags.SamplingLayer;
import dev.ocelli.cli.media.Videos;
import dev.ocelli.cli.model.Context;
import dev.ocelli.cli.model.EngineOpener;
import dev.ocelli.cli.model.ModelSource;
import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.grammar.Constraint;
import dev.ocelli.engine.runtime.Engine;
import dev.ocelli.engine.sampling.Presets;
import dev.ocelli.engine.sampling.SamplingResolver.Layer;
import dev.ocelli.media.DecodeLimits;
import dev.ocelli.media.video.VideoFile;
import dev.ocelli.media.video.VideoLimits;
import dev.ocelli.server.LocalAnswers;
import dev.ocelli.server.batch.BatchAnswer;
import dev.ocelli.server.batch.BatchOutput;
import dev.ocelli.server.batch.BatchRunner;
import dev.ocelli.server.batch.Checkpoint;
import dev.ocelli.server.http.Dispatcher;
import dev.ocelli.server.media.MediaRules;
import dev.ocelli.server.wire.ApiError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code ocelli batch}: answers many requests, and goes on where an earlier run ended. */
@Command(
    name = "batch",
    description = {
      "Answers the requests of a JSONL file, or one about each picture and page in a folder, several at once, and writes answers to OUT.jsonl in their order.",
      "The same command goes on where an earlier one ended, however it ended (docs/batch.md)."
    },
    customSynopsis =
        "ocelli batch IN.jsonl|FOLDER OUT.jsonl [-m MODEL --mmproj MMPROJ] [-p PROMPT] [--schema FILE] [OPTIONS]",
    sortOptions = false)
public final class BatchCommand implements Callable<Integer> {
  private static final int MOST_SCHEMA_BYTES = 16 << 20;
  private static final Pattern TIME = Pattern.compile("(\\d{1,9})([smh]?)");

  @Mixin CommonFlags common = new CommonFlags();
  @Mixin BatchFlags batchFlags = new BatchFlags();
  @Mixin PromptFlags promptFlags = new PromptFlags();
  @Mixin ModelFlags modelFlags = new ModelFlags();
  @Mixin SamplingFlags samplingFlags = new SamplingFlags();

  @Parameters(
      index = "0",
      paramLabel = "IN",
      description = "Requests, or a folder of pictures and documents.")
  Path in = Path.of("");

  @Parameters(index = "1", paramLabel = "OUT.jsonl", description = "File for answers.")
  Path out = Path.of("");

  private final Context context;

  public BatchCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    check();
    JsonNode schema = schema();
    PromptText prompt =
        promptFlags.prompt == null && promptFlags.file == null
            ? null
            : PromptText.read(promptFlags, context.streams(), null);
    BatchInput input =
        new BatchInput(
            in,
            new BatchInput.Asked(
                prompt == null ? null : prompt.text(),
                promptFlags.system,
                schema,
                batchFlags.pdfPassword));
    List<Layer> sampling = sampling();
    new ModelSource(context, common.quiet).settle(modelFlags);
    try (Checkpoint checkpoint = checkpoint()) {
      begin(checkpoint, input, settings(prompt, schema, sampling));
      if (batchFlags.retryFailed) {
        checkpoint.reopenFailed();
      }
      Checkpoint.Counts before = checkpoint.counts();
      BatchReport report = new BatchReport(context.streams(), common.quiet, before);
      try (BatchOutput output = new BatchOutput(checkpoint, out, null, input::line)) {
        BatchRunner.Pace pace = BatchRunner.Pace.NONE;
        if (before.open() > 0) {
          pace = run(checkpoint, output, input, sampling, report);
        } else {
          output.settle();
        }
        Checkpoint.Counts now = checkpoint.counts();
        boolean interrupted = context.interrupts().interrupted();
        report.end(now, pace, interrupted, out, batchFlags.json);
        return interrupted && now.open() > 0
            ? ExitCode.INTERRUPTED
            : now.done() == now.total() ? ExitCode.OK : ExitCode.FAILED_CHECK;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCode.INTERRUPTED;
    }
  }

  private void check() {
    require("--parallel", batchFlags.parallel, 1, 256);
    require("--retries", batchFlags.retries, 0, 100);
    require("--max-items", batchFlags.maxItems, 0, Long.MAX_VALUE);
    require("--max-tokens-total", batchFlags.maxTokens, 0, Long.MAX_VALUE);
    require("--image-min-tokens", batchFlags.minTokens, 0, 1 << 20);
    require("--image-max-tokens", batchFlags.maxImageTokens, 0, 1 << 20);
    maxTime();
    RunCommand.requireModel(modelFlags);
    EngineOpener.options(modelFlags);
    if (!Files.exists(in)) {
      throw new OcelliException(
          Kind.INPUT, in + ": no such file or folder; give requests as JSONL, or a folder");
    }
    if (Files.isDirectory(out)) {
      throw new OcelliException(Kind.USAGE, out + ": is a folder; name a file for the answers");
    }
    Path folder = out.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new OcelliException(
          Kind.USAGE, "%s: there is no folder %s; make it, or name another".formatted(out, folder));
    }
    try {
      if (Files.exists(out) && Files.isSameFile(in, out)) {
        throw new OcelliException(
            Kind.USAGE, out + ": is the input, too; name another file for the answers");
      }
    } catch (IOException e) {
      throw InputFiles.unreadable(out, "answers", e);
    }
  }

  private static void require(String flag, long value, long min, long max) {
    if (value < min || value > max) {
      throw new OcelliException(
          Kind.USAGE,
          max == Long.MAX_VALUE
              ? "%s is %d; it must be %d or more".formatted(flag, value, min)
              : "%s is %d; it must be between %d and %d".formatted(flag, value, min, max));
    }
  }

  private Duration maxTime() {
    String text = batchFlags.maxTime;
    if (text == null) {
      return Duration.ZERO;
    }
    Matcher m = TIME.matcher(text);
    if (!m.matches() || Long.parseLong(m.group(1)) == 0) {
      throw new OcelliException(
          Kind.USAGE, "--max-time is '%s'; give a time such as 90s, 30m or 8h".formatted(text));
    }
    long n = Long.parseLong(m.group(1));
    return switch (m.group(2)) {
      case "m" -> Duration.ofMinutes(n);
      case "h" -> Duration.ofHours(n);
      default -> Duration.ofSeconds(n);
    };
  }

  private @Nullable JsonNode schema() {
    Path file = batchFlags.schema;
    if (file == null) {
      return null;
    }
    String text = InputFiles.text(file, "a JSON Schema", MOST_SCHEMA_BYTES);
    try {
      new Constraint.JsonSchema(text).check();
      return dev.ocelli.server.wire.Json.parse(text.getBytes(StandardCharsets.UTF_8));
    } catch (ApiError | OcelliException e) {
      throw new OcelliException(Kind.INPUT, "%s: %s".formatted(file, e.getMessage()), e);
    }
  }

  private List<Layer> sampling() {
    List<Layer> layers = new ArrayList<>();
    layers.add(new Layer("flag", SamplingLayer.of(samplingFlags)));
    if (samplingFlags.preset != null) {
      layers.add(Layer.preset(Presets.named(samplingFlags.preset)));
    }
    return layers;
  }

  /** Everything beside the requests that answers depend on. */
  private String settings(
      @Nullable PromptText prompt, @Nullable JsonNode schema, List<Layer> sampling) {
    List<Object> all = new ArrayList<>();
    all.add(prompt == null ? "" : prompt.text());
    all.add(String.valueOf(promptFlags.system));
    all.add(String.valueOf(schema));
    sampling.forEach(all::add);
    all.add(batchFlags.minTokens + " " + batchFlags.maxImageTokens);
    if (batchFlags.pdfPassword != null) {
      all.add(batchFlags.pdfPassword);
    }
    ModelFlags m = modelFlags;
    all.add(String.valueOf(m.model) + m.mmproj + m.noMmproj + m.chatTemplateFile);
    all.add(m.contextSize + m.level + m.loadMode + m.exact + m.visionPrecision);
    all.add(String.valueOf(m.cacheTypeK) + m.cacheTypeV);
    all.add(m.adapters.whole);
    all.add(m.adapters.scaled);
    if (m.model != null && Files.isRegularFile(InputFiles.path(m.model))) {
      all.add(InputFiles.path(m.model).toFile().length());
    }
    return BatchInput.sha256(all.toString());
  }

  private Checkpoint checkpoint() {
    Path file = out.resolveSibling(out.getFileName() + ".checkpoint");
    String remedy = "begin anew with --restart, or name another OUT.jsonl";
    if (batchFlags.restart) {
      try (Checkpoint held = Checkpoint.open(file, remedy)) {
        // Held while it is looked at: another run's must not be taken away.
        held.counts();
      } catch (OcelliException e) {
        if (e.kind() != Kind.INPUT) {
          throw e;
        }
      }
      for (String ending : List.of("", "-wal", "-shm", "-journal")) {
        delete(file.resolveSibling(file.getFileName() + ending));
      }
      delete(out);
    }
    return Checkpoint.open(file, remedy);
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new OcelliException(
          Kind.RESOURCE, "%s: cannot be deleted (%s)".formatted(file, e.getMessage()), e);
    }
  }

  private void begin(Checkpoint checkpoint, BatchInput input, String settings) {
    String now = input.fingerprint() + " " + settings;
    String then = checkpoint.fingerprint();
    if (then == null) {
      if (out.toFile().length() > 0) {
        throw new OcelliException(
            Kind.USAGE,
            out
                + ": is there, and no checkpoint beside it says what it is; name another file, or replace it with --restart");
      }
      try {
        checkpoint.begin(now, input.items().iterator());
      } catch (ApiError e) {
        throw new OcelliException(Kind.INPUT, "%s: %s".formatted(in, e.getMessage()), e);
      }
    } else if (!then.equals(now)) {
      boolean other = !then.startsWith(input.fingerprint());
      throw new OcelliException(
          Kind.USAGE,
          "%s: was begun with %s; go on with those, begin anew with --restart, or name another OUT.jsonl"
              .formatted(
                  out,
                  other
                      ? "other requests (%s has changed, or is another one)".formatted(in)
                      : "other settings (model, prompt, schema, sampling, context or pictures' sizes)"));
    }
  }

  private BatchRunner.Pace run(
      Checkpoint checkpoint,
      BatchOutput output,
      BatchInput input,
      List<Layer> sampling,
      BatchReport report)
      throws InterruptedException {
    Progress progress = new Progress(context.streams(), common.quiet);
    MediaRules usual = MediaRules.DEFAULT;
    MediaRules rules =
        new MediaRules(
            input.folderOfFiles(),
            List.of(),
            usual.downloadBytes(),
            usual.downloadTime(),
            DecodeLimits.DEFAULT,
            new MediaRules.TokenRange(batchFlags.minTokens, batchFlags.maxImageTokens));
    AtomicReference<@Nullable Throwable> fault = new AtomicReference<>();
    try (Engine engine = EngineOpener.engine(modelFlags, true, progress);
        LocalAnswers answers =
            new LocalAnswers(
                engine,
                sampling,
                rules,
                new VideoFile(Videos.tools(context.environment()), VideoLimits.DEFAULT),
                batchFlags.parallel,
                fault::set)) {
      BatchRunner runner =
          new BatchRunner(
              checkpoint,
              output,
              input::read,
              (item, question, unwanted) -> {
                Dispatcher.Call call =
                    new Dispatcher.Call(input.requestId(item), question.path(), question.body());
                return stable(answers.answer(call, unwanted));
              },
              new BatchRunner.Rules(
                  // One more than slots: its pictures are read while the others compute.
                  batchFlags.parallel + 1,
                  batchFlags.retries,
                  !batchFlags.noDedupe,
                  new BatchRunner.Budget(batchFlags.maxItems, batchFlags.maxTokens, maxTime())));
      context.interrupts().cancelWith(runner::stop);
      BatchRunner.Pace pace = runner.run(report::show);
      Throwable seen = fault.get();
      if (seen != null && common.verbose) {
        context
            .streams()
            .err()
            .println("note: a request failed by a fault of the program: " + seen);
      }
      return pace;
    }
  }

  /** An answer without what differs from run to run: times, and what caches knew. */
  private static BatchAnswer stable(Dispatcher.Answer answer) {
    JsonNode body = dev.ocelli.server.wire.Json.parse(answer.body());
    if (body instanceof ObjectNode object) {
      object.remove("timings");
      for (String time : List.of("created", "created_at", "completed_at")) {
        if (object.path(time).isNumber()) {
          object.put(time, 0);
        }
      }
      for (String details : List.of("prompt_tokens_details", "input_tokens_details")) {
        if (object.path("usage") instanceof ObjectNode usage) {
          usage.remove(details);
        }
      }
      object.path("media").forEach(m -> ((ObjectNode) m).remove("cached"));
    }
    return new BatchAnswer(answer.status(), answer.retryAfter(), body);
  }
}
