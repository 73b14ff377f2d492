package dev.ocelli.cli.quality;

import dev.ocelli.cli.console.ExitCode;
import dev.ocelli.cli.console.Json;
import dev.ocelli.cli.console.Progress;
import dev.ocelli.cli.flags.CommonFlags;
import dev.ocelli.cli.flags.ModelFlags;
import dev.ocelli.cli.media.MediaList;
import dev.ocelli.cli.model.Context;
import dev.ocelli.cli.model.LoadedModel;
import dev.ocelli.cli.model.ModelSource;
import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.runtime.Reply;
import dev.ocelli.engine.runtime.ReplyListener;
import dev.ocelli.engine.runtime.Request;
import dev.ocelli.engine.sampling.Sampling;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ocelli eval}: answers every line of a set of questions and counts right answers. */
@Command(
    name = "eval",
    description = {
      "Answers every line of a set in one process at temperature 0 and prints the share of answers that equal the expected ones, by kind.",
      "A line is a JSON object: images (files beside the set), prompt, truth, kind; with fps the images are a clip."
    },
    customSynopsis = "ocelli eval SET.jsonl [-m MODEL] [--out FILE] [OPTIONS]",
    sortOptions = false)
public final class EvalCommand implements Callable<Integer> {
  @Mixin CommonFlags common = new CommonFlags();
  @Mixin ModelFlags modelFlags = new ModelFlags();

  @Parameters(paramLabel = "SET.jsonl", description = "The set.")
  Path set = Path.of("");

  @Option(
      names = "--against",
      paramLabel = "FIELD",
      defaultValue = "truth",
      description =
          "Field with the expected answer; dots go into objects (llama_cpp.Q8_0). Default: ${DEFAULT-VALUE}.")
  String against = "truth";

  @Option(
      names = "--kind",
      paramLabel = "NAME",
      description = "Answer the lines of this kind only.")
  @Nullable String kind;

  @Option(names = "--limit", paramLabel = "N", description = "Answer the first N lines only.")
  int limit = Integer.MAX_VALUE;

  @Option(
      names = "--min-share",
      paramLabel = "PERCENT",
      description = "Exit code 1 when fewer answers than this are right.")
  double minShare;

  @Option(
      names = {"-n", "--n-predict"},
      paramLabel = "N",
      defaultValue = "512",
      description = "Most tokens of an answer. Default: ${DEFAULT-VALUE}.")
  int maxTokens;

  @Option(names = "--out", paramLabel = "FILE", description = "Write every answer as a JSON line.")
  @Nullable Path out;

  @Option(names = "--json", description = "Print the shares as one JSON object.")
  boolean json;

  private final Context context;

  public EvalCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    check();
    EvalSet questions = EvalSet.read(set, against, kind, limit);
    new ModelSource(context, common.quiet).settle(modelFlags);
    if (modelFlags.model == null) {
      modelFlags.model = "nano";
    }
    Progress progress = new Progress(context.streams(), common.quiet);
    EvalScore score = new EvalScore(against);
    try (LoadedModel model = context.models().open(modelFlags, questions.needsVision(), progress);
        BufferedWriter lines = out == null ? null : writer(out)) {
      context.interrupts().cancelWith(model::cancel);
      int done = 0;
      for (EvalSet.Question q : questions.questions()) {
        progress.show("answering", done++, questions.questions().size());
        Reply reply = answer(model, q);
        if (reply.finish() == Reply.Finish.CANCELLED || context.interrupts().interrupted()) {
          break;
        }
        score.add(q, reply);
        if (lines != null) {
          lines.write(line(q, reply) + "\n");
        }
      }
      progress.clear();
      if (!common.quiet) {
        model.cacheNotes().forEach(n -> context.streams().err().println("note: " + n));
      }
    } catch (IOException e) {
      throw new OcelliException(
          Kind.RESOURCE, out + ": cannot write (" + e.getMessage() + "); choose another --out", e);
    }
    context.streams().out().print(json ? score.json() + "\n" : score.table());
    if (context.interrupts().interrupted()) {
      return ExitCode.INTERRUPTED;
    }
    return score.share() * 100 < minShare ? ExitCode.FAILED_CHECK : ExitCode.OK;
  }

  private void check() {
    if (limit < 1) {
      throw new OcelliException(
          Kind.USAGE, "--limit %d is out of range; give 1 or more".formatted(limit));
    }
    if (maxTokens < 1) {
      throw new OcelliException(
          Kind.USAGE, "--n-predict %d is out of range; give 1 or more".formatted(maxTokens));
    }
    if (!(minShare >= 0 && minShare <= 100)) {
      throw new OcelliException(
          Kind.USAGE, "--min-share %s is no share; give 0 to 100 percent".formatted(minShare));
    }
    if (out != null && sameFile(out, set)) {
      throw new OcelliException(
          Kind.USAGE, out + ": --out would overwrite the set; choose another file");
    }
  }

  private static boolean sameFile(Path a, Path b) {
    try {
      return Files.exists(a) && Files.isSameFile(a, b);
    } catch (IOException e) {
      return false; // what cannot be looked at is reported where it is opened
    }
  }

  /** Errors of a question name its line. */
  private Reply answer(LoadedModel model, EvalSet.Question q) {
    try {
      return answer(model, q, q.open(context.media()));
    } catch (OcelliException e) {
      throw e.kind() == Kind.MODEL || e.kind() == Kind.RESOURCE
          ? e
          : new OcelliException(
              e.kind() == Kind.USAGE ? Kind.INPUT : e.kind(),
              "%s: line %d: %s".formatted(set, q.line(), e.getMessage()),
              e);
    }
  }

  private Reply answer(LoadedModel model, EvalSet.Question q, MediaList media) {
    Request request =
        new Request(
            List.of(dev.ocelli.engine.chat.Message.user(media.content(q.prompt()))),
            media.media(),
            List.of(),
            Sampling.greedy(),
            maxTokens,
            List.of(),
            -1);
    return model.generate(request, ReplyListener.NONE);
  }

  private static String line(EvalSet.Question q, Reply reply) {
    return Json.line(out -> {
      out.writeStartObject();
      out.writeStringProperty("id", q.id());
      out.writeStringProperty("kind", q.kind());
      out.writeStringProperty("prompt", q.prompt());
      out.writeStringProperty("answer", reply.text());
      out.writeStringProperty("expected", q.expected());
      out.writeBooleanProperty("right", reply.text().equals(q.expected()));
      out.writeStringProperty("finish_reason", reply.finish().name().toLowerCase(Locale.ROOT));
      out.writeNumberProperty("prompt_tokens", reply.promptTokens());
      out.writeNumberProperty("completion_tokens", reply.tokens().size());
      out.writeEndObject();
    });
  }

  private static BufferedWriter writer(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null && !Files.isDirectory(folder)) {
      throw new OcelliException(
          Kind.RESOURCE,
          file + ": cannot be written: there is no folder " + folder + "; make it first");
    }
    if (Files.isDirectory(file)) {
      throw new OcelliException(
          Kind.RESOURCE, file + ": cannot be written: is a directory; name a file with --out");
    }
    try {
      return Files.newBufferedWriter(file);
    } catch (IOException e) {
      throw new OcelliException(
          Kind.RESOURCE,
          file + ": cannot be written (" + e.getMessage() + "); choose another --out",
          e);
    }
  }
}
