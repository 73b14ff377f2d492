package dev.ocelli.cli;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.chat.Message;
import dev.ocelli.engine.grounding.Grounding;
import dev.ocelli.engine.runtime.Control;
import dev.ocelli.engine.runtime.Reply;
import dev.ocelli.engine.runtime.Request;
import dev.ocelli.engine.sampling.Presets;
import dev.ocelli.engine.sampling.SamplingOverrides;
import dev.ocelli.engine.sampling.SamplingResolver;
import dev.ocelli.engine.sampling.SamplingResolver.Layer;
import dev.ocelli.media.draw.GroundingReport;
import dev.ocelli.media.draw.SeenPicture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;

/**
 * Asks a model one question about pictures and clips and prints the answer: what describe and run
 * share.
 */
abstract class AnswerCommand implements Callable<Integer> {
  @Mixin CommonFlags common = new CommonFlags();
  @Mixin ModelFlags modelFlags = new ModelFlags();
  @Mixin PromptFlags promptFlags = new PromptFlags();
  @Mixin PictureFlags pictureFlags = new PictureFlags();
  @Mixin SamplingFlags samplingFlags = new SamplingFlags();
  @Mixin ControlFlags controlFlags = new ControlFlags();
  @Mixin ReplyFlags replyFlags = new ReplyFlags();

  private final Context context;
  private final Streams streams;

  AnswerCommand(Context context) {
    this.context = context;
    this.streams = context.streams();
  }

  /** What is asked when no prompt is given, or null when one must be given. */
  abstract @Nullable String defaultPrompt();

  /** What is asked about a clip alone when no prompt is given. */
  String clipPrompt() {
    throw new IllegalStateException("a prompt must be given");
  }

  /** Whether each picture and clip is asked about on its own. */
  boolean eachAlone() {
    return false;
  }

  @Override
  public Integer call() {
    checkFlags();
    SamplingOverrides flags = SamplingLayer.of(samplingFlags);
    Control control = ControlSettings.of(controlFlags);
    Presets.Preset preset =
        samplingFlags.preset == null ? null : Presets.named(samplingFlags.preset);
    PromptText prompt = PromptText.read(promptFlags, streams, defaultPrompt());
    MediaList media = MediaList.open(pictureFlags, context);
    if (!common.quiet) {
      media.notes().forEach(n -> streams.err().println("note: " + n));
    }
    if (replyFlags.recordMedia && !common.quiet) {
      media
          .namedByHash()
          .forEach(n -> streams.err().println("note: " + n + ": the record has its hash alone"));
    }
    if (replyFlags.annotate != null) {
      AnnotateCommand.onlyPicture(media);
    }
    List<MediaList> questions = eachAlone() ? media.split() : List.of(media);
    if (replyFlags.record != null && questions.size() > 1) {
      throw new OcelliException(
          Kind.USAGE, "--record is for one reply; give one picture, or a prompt about all of them");
    }
    // Built now: a prompt that does not fit its pictures is an error before a model is loaded.
    List<List<Message>> messages =
        questions.stream().map(q -> messages(asked(prompt, q), q)).toList();
    new ModelSource(context, common.quiet).settle(modelFlags);
    Progress progress = new Progress(streams, common.quiet);
    try (LoadedModel model =
        context.models().open(modelFlags, !media.media().isEmpty(), progress)) {
      progress.clear();
      SamplingResolver.Resolved sampling = resolve(flags, preset, model);
      reportBefore(model, sampling);
      List<String> cacheNotes = reportCache(model, List.of());
      int code = ExitCode.OK;
      for (int i = 0; i < questions.size() && code == ExitCode.OK; i++) {
        Request request =
            new Request(
                    messages.get(i),
                    questions.get(i).media(),
                    List.of(),
                    sampling.sampling(),
                    sampling.maxTokens(),
                    replyFlags.stop,
                    replyFlags.logprobs == null ? -1 : replyFlags.logprobs)
                .with(control);
        if (questions.size() > 1 && !replyFlags.json) {
          streams.out().print(questions.get(i).names().getFirst() + ": ");
        }
        try {
          code = answer(model, request, questions.get(i), sampling.sampling().seed(), progress);
        } catch (OcelliException e) {
          throw e.kind() == Kind.CONTEXT ? tooLong(e, prompt, questions.get(i)) : e;
        }
      }
      reportCache(model, cacheNotes);
      return code;
    }
  }

  private static OcelliException tooLong(OcelliException e, PromptText prompt, MediaList question) {
    String remedy =
        question.hasPages() && question.media().size() > 1
            ? "; choose fewer of the %d pages and pictures with --pages, or draw them smaller with --image-max-tokens"
                .formatted(question.media().size())
            : "";
    return new OcelliException(Kind.CONTEXT, e.getMessage() + remedy, e).in(prompt.from());
  }

  private String asked(PromptText prompt, MediaList about) {
    boolean given = promptFlags.prompt != null || promptFlags.file != null;
    return !given && eachAlone() && about.isOneClip() ? clipPrompt() : prompt.text();
  }

  private int answer(
      LoadedModel model, Request request, MediaList media, long seed, Progress progress) {
    Runnable report = common.quiet ? () -> {} : () -> reportPictures(model, request, media);
    LiveReply live =
        new LiveReply(
            streams, progress, report, new LiveReply.Shown(!replyFlags.json, !common.quiet));
    context.interrupts().cancelWith(model::cancel);
    if (context.interrupts().interrupted()) {
      return ExitCode.INTERRUPTED;
    }
    Reply reply = model.generate(request, live);
    live.finish();
    Path record = replyFlags.record;
    if (record != null && reply.finish() != Reply.Finish.CANCELLED) {
      OutputFiles.write(record, model.record(request, reply, replyFlags.recordMedia));
    }
    if (replyFlags.annotate != null && reply.finish() != Reply.Finish.CANCELLED) {
      annotate(reply, media, replyFlags.annotate);
    }
    if (replyFlags.json) {
      streams
          .out()
          .line(
              new ReplyJson(
                      reply,
                      media.names(),
                      new ReplyJson.Load(model.loadMillis(), model.loadReport()),
                      seed,
                      model::piece)
                  .line());
    }
    if (!common.quiet) {
      streams.err().println(ReplyReport.summary(reply, model.loadMillis()));
    }
    return reply.finish() == Reply.Finish.CANCELLED ? ExitCode.INTERRUPTED : ExitCode.OK;
  }

  private void annotate(Reply reply, MediaList media, Path file) {
    Grounding grounding = Grounding.of(reply.text());
    List<SeenPicture> pictures = SeenPicture.of(media.media(), reply.media());
    AnnotateCommand.draw(new GroundingReport(grounding, pictures), file);
    if (!common.quiet && grounding.regions().isEmpty()) {
      streams.err().println("note: the reply has no boxes and no points");
    }
  }

  private void reportPictures(LoadedModel model, Request request, MediaList media) {
    List<Reply.MediaUse> plan = media.media().isEmpty() ? List.of() : model.plan(request);
    for (int i = 0; i < plan.size(); i++) {
      streams.err().println(ReplyReport.picture(media.names().get(i), plan.get(i)));
    }
  }

  /** Says what is wrong with the cache's folder, unless it was said before. */
  private List<String> reportCache(LoadedModel model, List<String> said) {
    List<String> notes = model.cacheNotes();
    if (!common.quiet) {
      notes.stream()
          .filter(n -> !said.contains(n))
          .forEach(n -> streams.err().println("note: " + n));
    }
    return notes;
  }

  private void checkFlags() {
    if (replyFlags.logprobs != null && !replyFlags.json) {
      throw new OcelliException(Kind.USAGE, "--logprobs needs --json, which prints them; add it");
    }
    if (replyFlags.logprobs != null && (replyFlags.logprobs < 0 || replyFlags.logprobs > 1000)) {
      throw new OcelliException(
          Kind.USAGE,
          "--logprobs %d is out of range; give 0 to 1000".formatted(replyFlags.logprobs));
    }
    if (replyFlags.recordMedia && replyFlags.record == null) {
      throw new OcelliException(Kind.USAGE, "--record-media needs --record FILE; add it");
    }
    AnnotateCommand.requireFile(replyFlags.annotate, "--annotate");
    for (String stop : replyFlags.stop) {
      if (stop.isEmpty()) {
        throw new OcelliException(Kind.USAGE, "--stop is empty; give the text that ends a reply");
      }
    }
  }

  private List<Message> messages(String prompt, MediaList media) {
    List<Message> messages = new ArrayList<>();
    if (promptFlags.system != null && !promptFlags.system.isEmpty()) {
      messages.add(Message.of("system", promptFlags.system));
    }
    messages.add(Message.user(media.content(prompt)));
    return messages;
  }

  private static SamplingResolver.Resolved resolve(
      SamplingOverrides flags, Presets.@Nullable Preset preset, LoadedModel model) {
    List<Layer> layers = new ArrayList<>();
    layers.add(new Layer("flag", flags));
    if (preset != null) {
      layers.add(Layer.preset(preset));
    }
    layers.add(model.fileSampling());
    return SamplingResolver.resolve(layers, model.baseSampling());
  }

  private void reportBefore(LoadedModel model, SamplingResolver.Resolved sampling) {
    if (common.quiet) {
      return;
    }
    modelFlags.withoutEffect().forEach(w -> streams.err().println("note: no effect: " + w));
    model.notes().forEach(n -> streams.err().println("note: " + n));
    if (common.verbose) {
      streams.err().println("model: " + model.name());
      model.facts().forEach(f -> streams.err().println("  " + f));
      streams.err().println("sampling:");
      sampling.fields().forEach(f -> streams.err().println("  " + f));
    }
  }
}
