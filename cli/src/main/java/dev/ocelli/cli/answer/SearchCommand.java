package dev.ocelli.cli.answer;

import dev.ocelli.cli.console.ExitCode;
import dev.ocelli.cli.console.Interrupts;
import dev.ocelli.cli.console.Progress;
import dev.ocelli.cli.flags.CommonFlags;
import dev.ocelli.cli.flags.ModelFlags;
import dev.ocelli.cli.flags.PictureFlags;
import dev.ocelli.cli.media.MediaList;
import dev.ocelli.cli.model.Context;
import dev.ocelli.cli.model.LoadedModel;
import dev.ocelli.cli.model.ModelSource;
import dev.ocelli.engine.vision.ClipSource;
import dev.ocelli.media.video.Shots;
import dev.ocelli.media.video.SpanSearch;
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
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code ocelli search}: says when something is to be seen in a long clip. */
@Command(
    name = "search",
    description = {
      "Says when something is to be seen in a long video: time spans, each with a confidence.",
      "Cuts are found first; then the model is asked about a few frames of each shot, and about more where the answer changes.",
      "What appears and goes again within --step seconds of a shot may be missed."
    },
    customSynopsis =
        "ocelli search VIDEO -p WHAT [-m MODEL] [--step S] [--precision S] [--max-questions N] [OPTIONS]",
    sortOptions = false)
public final class SearchCommand implements Callable<Integer> {
  @Mixin CommonFlags common = new CommonFlags();
  @Mixin ModelFlags modelFlags = new ModelFlags();

  @Parameters(
      paramLabel = "VIDEO",
      arity = "1",
      description = "A video file as with --video of describe, or a folder of frames.")
  Path video = Path.of("");

  @Option(
      names = {"-p", "--prompt"},
      paramLabel = "WHAT",
      required = true,
      description =
          "What to look for (a red circle), or a question that is answered with yes or no, or with --match the question whose answer is searched.")
  String prompt = "";

  @Option(
      names = "--match",
      paramLabel = "TEXT",
      description =
          "A frame counts when the answer to the prompt contains this text, upper and lower case alike. Slower than yes or no, and better where a model describes well.")
  @Nullable String match;

  @Option(
      names = "--yes",
      paramLabel = "WORD",
      defaultValue = "Yes",
      description = "The answer that counts. Default: ${DEFAULT-VALUE}.")
  String yes = "Yes";

  @Option(
      names = "--no",
      paramLabel = "WORD",
      defaultValue = "No",
      description = "The other answer. Default: ${DEFAULT-VALUE}.")
  String no = "No";

  @Option(
      names = "--step",
      paramLabel = "S",
      defaultValue = "4",
      description = "Longest time between frames of the coarse pass. Default: ${DEFAULT-VALUE} s.")
  double step;

  @Option(
      names = "--precision",
      paramLabel = "S",
      defaultValue = "0.5",
      description = "To which a span's ends are found. Default: ${DEFAULT-VALUE} s.")
  double precision;

  @Option(
      names = "--threshold",
      paramLabel = "P",
      defaultValue = "0.5",
      description = "Probability of yes from which on a frame counts. Default: ${DEFAULT-VALUE}.")
  double threshold;

  @Option(
      names = "--max-questions",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Ask about no more frames. Default: ${DEFAULT-VALUE}.")
  int maxQuestions;

  @Option(names = "--start", paramLabel = "TIME", description = "Search from here on.")
  @Nullable String start;

  @Option(names = "--end", paramLabel = "TIME", description = "Search up to here.")
  @Nullable String end;

  @Option(
      names = "--fps",
      paramLabel = "X",
      defaultValue = "2",
      description = "Frames a second of a folder of frames. Default: ${DEFAULT-VALUE}.")
  double fps;

  @Option(
      names = "--image-max-tokens",
      paramLabel = "N",
      defaultValue = "256",
      description = "Shrink frames to about N tokens. Default: ${DEFAULT-VALUE}.")
  int maxTokens;

  @Option(names = "--json", description = "Print one JSON object.")
  boolean json;

  private static final double SHOT_FPS = 4;

  private final Context context;

  public SearchCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    SpanSearch.Rules rules = new SpanSearch.Rules(step, precision, threshold, maxQuestions);
    FrameQuestion question = FrameQuestion.of(prompt, match, new String[] {yes, no}, maxTokens);
    ClipSource clip = clip();
    new ModelSource(context, common.quiet).settle(modelFlags);
    if (modelFlags.model == null) {
      modelFlags.model = "nano";
    }
    Progress progress = new Progress(context.streams(), common.quiet);
    Interrupts interrupts = context.interrupts();
    interrupts.cancelWith(() -> {});
    List<Shots.Shot> shots =
        Shots.find(
            clip,
            SHOT_FPS,
            interrupts::interrupted,
            (done, total) -> progress.show("looking for cuts", done, total));
    SpanSearch search = new SpanSearch(clip, shots, rules);
    progress.clear();
    note(
        "%d shots in %.1f s of video; the coarse pass asks about %d frames%s"
            .formatted(
                shots.size(),
                clip.seconds(clip.frameCount() - 1) - clip.seconds(0),
                Math.min(search.coarseQuestions(), maxQuestions),
                search.coarseQuestions() > maxQuestions
                    ? " of %d, because of --max-questions".formatted(search.coarseQuestions())
                    : ""));
    try (LoadedModel model = context.models().open(modelFlags, true, progress)) {
      progress.clear();
      interrupts.cancelWith(model::cancel);
      ask(search, question, model, progress);
      progress.clear();
    }
    return report(search, shots);
  }

  private void ask(
      SpanSearch search, FrameQuestion question, LoadedModel model, Progress progress) {
    long begin = System.nanoTime();
    search.run((index, frame) -> {
      if (context.interrupts().interrupted()) {
        return Double.NaN;
      }
      double score = question.score(model, "frame " + index, frame);
      int asked = search.questions() + 1;
      if (asked == 2) {
        // The first question warms up; the second one tells the pace.
        progress.clear();
        double each = (System.nanoTime() - begin) / 2e9;
        note(
            "the coarse pass will take about %.0f s; Ctrl-C ends it with what was found"
                .formatted(each * Math.min(search.coarseQuestions(), maxQuestions)));
      }
      progress.show("asking", asked, Math.max(asked, search.coarseQuestions()));
      return score;
    });
  }

  private ClipSource clip() {
    PictureFlags flags = new PictureFlags();
    flags.start = start;
    flags.end = end;
    flags.fps = fps;
    if (Files.isDirectory(video)) {
      flags.frames(video);
    } else {
      flags.video(video);
    }
    return MediaList.openClip(flags, context);
  }

  private void note(String text) {
    if (!common.quiet) {
      context.streams().err().println(text);
    }
  }

  private int report(SpanSearch search, List<Shots.Shot> shots) {
    List<SpanSearch.Span> spans = search.spans();
    boolean interrupted = context.interrupts().interrupted();
    if (json) {
      context.streams().out().line(json(search, spans, shots.size()));
    } else {
      for (SpanSearch.Span s : spans) {
        context
            .streams()
            .out()
            .line("%s - %s  %.2f".formatted(clock(s.start()), clock(s.end()), s.confidence()));
      }
    }
    if (spans.isEmpty()) {
      note("nothing was found");
    }
    if (!search.complete()) {
      note(
          "the search is not complete: %s"
              .formatted(
                  interrupted
                      ? "it was interrupted"
                      : "%d questions were asked; raise --max-questions or --step"
                          .formatted(search.questions())));
    }
    if (interrupted) {
      return ExitCode.INTERRUPTED;
    }
    return spans.isEmpty() || !search.complete() ? ExitCode.FAILED_CHECK : ExitCode.OK;
  }

  private static String json(SpanSearch search, List<SpanSearch.Span> spans, int shots) {
    ObjectNode out = JsonMapper.shared().createObjectNode();
    ArrayNode list = out.putArray("spans");
    for (SpanSearch.Span s : spans) {
      ObjectNode span = list.addObject();
      span.put("start", s.start());
      span.put("end", s.end());
      span.put("confidence", s.confidence());
      span.put("best_frame", s.frame());
    }
    out.put("shots", shots);
    out.put("questions", search.questions());
    out.put("complete", search.complete());
    return out.toString();
  }

  /** {@code 1:02:03.5}. */
  static String clock(double seconds) {
    long tenths = Math.round(seconds * 10);
    long hours = tenths / 36_000;
    long minutes = tenths / 600 % 60;
    String rest =
        String.format(Locale.ROOT, "%02d:%02d.%d", minutes, tenths / 10 % 60, tenths % 10);
    return hours > 0 ? hours + ":" + rest : rest;
  }
}
