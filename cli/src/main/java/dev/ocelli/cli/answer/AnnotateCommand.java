package dev.ocelli.cli.answer;

import dev.ocelli.cli.console.ExitCode;
import dev.ocelli.cli.console.InputFiles;
import dev.ocelli.cli.console.OutputFiles;
import dev.ocelli.cli.console.Progress;
import dev.ocelli.cli.flags.CommonFlags;
import dev.ocelli.cli.flags.ModelFlags;
import dev.ocelli.cli.flags.PictureFlags;
import dev.ocelli.cli.media.MediaList;
import dev.ocelli.cli.model.Context;
import dev.ocelli.cli.model.LoadedModel;
import dev.ocelli.cli.model.ModelSource;
import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.chat.Message;
import dev.ocelli.engine.grounding.Grounding;
import dev.ocelli.engine.grounding.Region;
import dev.ocelli.engine.grounding.Shape;
import dev.ocelli.engine.runtime.Media;
import dev.ocelli.engine.runtime.Reply;
import dev.ocelli.engine.runtime.ReplyListener;
import dev.ocelli.engine.runtime.Request;
import dev.ocelli.engine.sampling.Sampling;
import dev.ocelli.engine.vision.Grid;
import dev.ocelli.engine.vision.RgbImage;
import dev.ocelli.media.draw.GroundingReport;
import dev.ocelli.media.draw.PngWriter;
import dev.ocelli.media.draw.SeenPicture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** {@code ocelli annotate}: draws what a reply points at into its picture. */
@Command(
    name = "annotate",
    description = {
      "Draws the boxes and points of a reply into its picture and prints where they are in pixels.",
      "The reply is a model's to -p, or a text of --boxes, or comes from standard input. Boxes are as Qwen3-VL writes them: {\"bbox_2d\": [x1, y1, x2, y2], \"label\": TEXT} or point_2d, in parts of a thousand of the picture, with any words around."
    },
    customSynopsis =
        "ocelli annotate PICTURE [-p TEXT [-m MODEL] | --boxes FILE] [-o OUT.png] [OPTIONS]",
    sortOptions = false)
public final class AnnotateCommand implements Callable<Integer> {
  private static final int LONGEST_TEXT = 16 << 20;

  @Mixin CommonFlags common = new CommonFlags();
  @Mixin ModelFlags modelFlags = new ModelFlags();

  @Mixin PictureFlags pictureFlags = new PictureFlags();

  @Parameters(
      paramLabel = "PICTURE",
      arity = "1",
      description = "The picture, as with --image; EXIF orientation is applied.")
  void picture(String text) {
    pictureFlags.image(text);
  }

  @Option(
      names = {"-p", "--prompt"},
      paramLabel = "TEXT",
      description =
          "Ask a model, for example: Locate every object and output bounding boxes in JSON.")
  @Nullable String prompt;

  @Option(
      names = {"-n", "--n-predict"},
      paramLabel = "N",
      defaultValue = "2048",
      description = "Most tokens of the reply. Default: ${DEFAULT-VALUE}.")
  int maxTokens;

  @Option(
      names = "--boxes",
      paramLabel = "FILE",
      description = "File with the reply; '-' is standard input.")
  @Nullable String boxes;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "OUT.png",
      description = "Write the picture with boxes and points drawn.")
  @Nullable Path output;

  @Option(
      names = "--json",
      description = "Print one JSON object in place of lines (docs/boxes.md).")
  boolean json;

  private final Context context;

  public AnnotateCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    check();
    MediaList media = MediaList.open(pictureFlags, context);
    Media.Picture p = onlyPicture(media);
    Answer answer = prompt == null ? given(p) : asked(prompt, media);
    if (answer.finish() == Reply.Finish.CANCELLED) {
      return ExitCode.INTERRUPTED;
    }
    GroundingReport report =
        new GroundingReport(Grounding.of(answer.text()), List.of(answer.picture()));
    Path file = output;
    if (file != null) {
      draw(report, file);
    }
    print(report, answer);
    return ExitCode.OK;
  }

  private void check() {
    if (prompt != null && boxes != null) {
      throw new OcelliException(
          Kind.USAGE, "-p asks a model and --boxes has its reply already; give one of them");
    }
    if (prompt == null && (modelFlags.model != null || modelFlags.source.given())) {
      throw new OcelliException(
          Kind.USAGE,
          "a model is named, but nothing is asked; give -p TEXT, or leave the model out");
    }
    if (maxTokens < 1) {
      throw new OcelliException(
          Kind.USAGE, "--n-predict %d is out of range; give 1 or more".formatted(maxTokens));
    }
    requireFile(output, "-o");
  }

  /** The picture that boxes are drawn into. */
  static Media.Picture onlyPicture(MediaList media) {
    if (media.media().size() == 1 && media.media().getFirst() instanceof Media.Picture p) {
      return p;
    }
    String given =
        switch (media.media().size()) {
          case 0 -> "no picture is given";
          case 1 -> media.names().getFirst() + " is a clip";
          default -> String.join(", ", media.names()) + " are given";
        };
    throw new OcelliException(
        Kind.USAGE, given + ", but boxes are drawn into one picture; name one");
  }

  /** Refuses a place where no file can be written, before anything is asked. */
  static void requireFile(@Nullable Path file, String flag) {
    if (file != null && Files.isDirectory(file)) {
      throw new OcelliException(
          Kind.USAGE,
          "%s: is a directory; name a file with %s, such as boxes.png".formatted(file, flag));
    }
  }

  /** Writes the only picture of a report with its boxes and points. */
  static void draw(GroundingReport report, Path file) {
    RgbImage drawn = Objects.requireNonNull(report.annotated(0, Long.MAX_VALUE));
    OutputFiles.write(file, PngWriter.png(drawn));
  }

  /**
   * A reply and the picture that it is about.
   *
   * @param finish why it ended; STOP for a text that was given
   */
  private record Answer(String text, SeenPicture picture, Reply.Finish finish) {}

  private Answer given(Media.Picture p) {
    String text =
        boxes == null || boxes.equals("-")
            ? InputFiles.text(
                context.streams().in(), "standard input", "a reply with boxes", LONGEST_TEXT)
            : InputFiles.text(InputFiles.path(boxes), "a reply with boxes", LONGEST_TEXT);
    int w = p.source().width();
    int h = p.source().height();
    // Nobody has looked at the picture: it is its own canvas.
    Reply.MediaUse use =
        new Reply.MediaUse(w, h, w, h, new Grid(1, 1, 1), 0, Reply.Origin.COMPUTED);
    return new Answer(text, new SeenPicture(p, use), Reply.Finish.STOP);
  }

  private Answer asked(String question, MediaList media) {
    new ModelSource(context, common.quiet).settle(modelFlags);
    if (modelFlags.model == null) {
      modelFlags.model = "nano";
    }
    Progress progress = new Progress(context.streams(), common.quiet);
    try (LoadedModel model = context.models().open(modelFlags, true, progress)) {
      context.interrupts().cancelWith(model::cancel);
      Request request =
          new Request(
              List.of(Message.user(media.content(question))),
              media.media(),
              List.of(),
              Sampling.greedy(),
              maxTokens,
              List.of(),
              -1);
      progress.show("asking", 0, 1);
      Reply reply = model.generate(request, ReplyListener.NONE);
      progress.clear();
      return new Answer(
          reply.text(),
          new SeenPicture(media.media().getFirst(), reply.media().getFirst()),
          reply.finish());
    }
  }

  private void print(GroundingReport report, Answer answer) {
    Grounding grounding = report.grounding();
    boolean cut = grounding.cut() || answer.finish() == Reply.Finish.LENGTH;
    if (json) {
      ObjectNode out = report.json(true);
      out.put("cut", cut);
      out.put("reply", answer.text());
      context.streams().out().line(out.toString());
    } else {
      for (Region r : grounding.regions()) {
        Shape pixels = answer.picture().frame().pixels(r.shape());
        String label = r.label().replaceAll("\\p{Cntrl}", " ");
        context
            .streams()
            .out()
            .line(
                "%s\t%s\t%s"
                    .formatted(
                        pixels instanceof Shape.Box ? "box" : "point",
                        GroundingReport.numbers(pixels),
                        label));
      }
    }
    if (!common.quiet && grounding.regions().isEmpty()) {
      context.streams().err().println("note: the reply has no boxes and no points");
    }
    if (!common.quiet && cut) {
      context
          .streams()
          .err()
          .println("note: the reply was cut; boxes are missing (a larger -n gives it more room)");
    }
  }
}
