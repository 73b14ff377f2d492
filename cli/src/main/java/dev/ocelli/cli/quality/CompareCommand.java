package dev.ocelli.cli.quality;

import dev.ocelli.cli.console.ExitCode;
import dev.ocelli.cli.console.InputFiles;
import dev.ocelli.cli.console.Progress;
import dev.ocelli.cli.flags.CommonFlags;
import dev.ocelli.cli.flags.ModelFlags;
import dev.ocelli.cli.media.MediaList;
import dev.ocelli.cli.model.Context;
import dev.ocelli.cli.model.EngineOpener;
import dev.ocelli.cli.model.ModelSource;
import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.chat.Message;
import dev.ocelli.engine.quality.Agreement;
import dev.ocelli.engine.quality.ReplyComparison;
import dev.ocelli.engine.runtime.Engine;
import dev.ocelli.engine.runtime.Media;
import dev.ocelli.engine.runtime.Request;
import dev.ocelli.engine.runtime.Session;
import dev.ocelli.engine.sampling.Sampling;
import dev.ocelli.engine.vision.ImageOptions;
import dev.ocelli.engine.vision.PictureSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ocelli compare}: how far a model agrees with another's replies about pictures. */
@Command(
    name = "compare",
    description = {
      "Has model A reply, gives the reply to model B token by token, and says how often both think the same token the likeliest, and how far their predictions are apart.",
      "The models are two files of the same model, such as two quantizations; they are loaded one after the other. Replies are made at temperature 0."
    },
    customSynopsis =
        "ocelli compare A B PICTURE|DIR... [-p PROMPT] [-n N] [--mmproj FILE | --mmproj-a FILE --mmproj-b FILE] [OPTIONS]",
    sortOptions = false)
public final class CompareCommand implements Callable<Integer> {
  private static final int MOST_TOKENS = 4096;
  private static final int MOST_BYTES = 1 << 20;

  @Mixin CommonFlags common = new CommonFlags();
  @Mixin ModelFlags modelFlags = new ModelFlags();

  @Parameters(index = "0", paramLabel = "A", description = "The model that replies: as -m takes.")
  String first = "";

  @Parameters(index = "1", paramLabel = "B", description = "The model that is compared with it.")
  String second = "";

  @Parameters(
      index = "2..*",
      paramLabel = "PICTURE|DIR",
      description = "Pictures, and folders of pictures; the prompt is asked about each.")
  List<Path> words = new ArrayList<>();

  @Option(
      names = "--mmproj-a",
      paramLabel = "FILE",
      description = "Vision file of A. Default: that of --mmproj, or the only one beside A.")
  @Nullable Path firstMmproj;

  @Option(
      names = "--mmproj-b",
      paramLabel = "FILE",
      description = "Vision file of B. Default: that of --mmproj, or the only one beside B.")
  @Nullable Path secondMmproj;

  @Option(
      names = {"-p", "--prompt"},
      paramLabel = "TEXT",
      description =
          "What is asked; about each picture where there are some. Default: Describe this image.")
  @Nullable String prompt;

  @Option(
      names = "--prompts",
      paramLabel = "FILE",
      description = "UTF-8 text, a prompt on each line; each is asked, about every picture.")
  @Nullable Path prompts;

  @Option(
      names = {"-n", "--n-predict"},
      paramLabel = "N",
      defaultValue = "64",
      description = "Most tokens of a reply. Default: ${DEFAULT-VALUE}.")
  int maxTokens;

  @Option(
      names = "--tmp",
      paramLabel = "DIR",
      description =
          "Folder for A's predictions, 4 bytes for each token of the vocabulary and of a reply; deleted at the end. Default: the system's.")
  Path tmp = Path.of(System.getProperty("java.io.tmpdir", "."));

  @Option(names = "--json", description = "Print one JSON object.")
  boolean json;

  @Option(
      names = "--csv",
      description = "Print a line of comma-separated values for each question.")
  boolean csv;

  private final Context context;

  public CompareCommand(Context context) {
    this.context = context;
  }

  /**
   * What both models are asked.
   *
   * @param picture what it is about, or null
   */
  private record Question(@Nullable Path picture, String prompt) {}

  @Override
  public Integer call() {
    check();
    List<Question> questions = questions();
    boolean vision = questions.getFirst().picture() != null;
    Path shared = modelFlags.mmproj;
    try (ReplyComparison comparison = new ReplyComparison(tmp)) {
      settle(first, firstMmproj != null ? firstMmproj : shared, vision);
      String a = ask(comparison, questions, vision);
      if (comparison.asked() < questions.size()) {
        return ExitCode.INTERRUPTED;
      }
      settle(second, secondMmproj != null ? secondMmproj : shared, vision);
      List<Agreement> all = new ArrayList<>();
      String b = rate(comparison, questions, vision, all);
      print(new CompareReport(a, b, all));
      return all.size() < questions.size() ? ExitCode.INTERRUPTED : ExitCode.OK;
    }
  }

  /** Has the first model reply to all; says which files it is of. */
  private String ask(ReplyComparison comparison, List<Question> questions, boolean vision) {
    Progress progress = new Progress(context.streams(), common.quiet);
    try (Engine engine = EngineOpener.engine(modelFlags, vision, progress);
        Session session = engine.newSession()) {
      context.interrupts().cancelWith(session::cancel);
      comparison.requireRoom(engine, questions.size(), maxTokens);
      for (Question q : questions) {
        progress.show("A replies", comparison.asked(), questions.size());
        if (!comparison.ask(engine, session, request(q))) {
          break;
        }
      }
      return origin(engine);
    } finally {
      progress.clear();
    }
  }

  /** Has the second model rate the replies; says which files it is of. */
  private String rate(
      ReplyComparison comparison, List<Question> questions, boolean vision, List<Agreement> all) {
    Progress progress = new Progress(context.streams(), common.quiet);
    try (Engine engine = EngineOpener.engine(modelFlags, vision, progress);
        Session session = engine.newSession()) {
      comparison.requireSameTokens(engine);
      context.interrupts().cancelWith(session::cancel);
      for (Question q : questions) {
        progress.show("B is compared", all.size(), questions.size());
        Agreement one = comparison.compare(engine, session, all.size(), request(q), name(q));
        if (one == null) {
          break;
        }
        all.add(one);
      }
      return origin(engine);
    } finally {
      progress.clear();
    }
  }

  private void print(CompareReport report) {
    if (!common.quiet) {
      report.notes().forEach(n -> context.streams().err().println("note: " + n));
    }
    context
        .streams()
        .out()
        .print(json ? report.json() + "\n" : csv ? report.csv() : report.table());
  }

  private void check() {
    if (modelFlags.model != null || modelFlags.source.given()) {
      throw usage("compare takes its models as two words; leave out -m, -hf, -ms and -mu");
    }
    if (json && csv) {
      throw usage("--json and --csv exclude each other; give one of them");
    }
    if (maxTokens < 1 || maxTokens > MOST_TOKENS) {
      throw usage("--n-predict %d is out of range; give 1 to %d".formatted(maxTokens, MOST_TOKENS));
    }
    if (prompt != null && prompts != null) {
      throw usage("-p and --prompts exclude each other; give one of them");
    }
    if (words.isEmpty() && prompt == null && prompts == null) {
      throw usage("there is nothing to ask; name pictures, a folder of them, -p or --prompts");
    }
    if (!Files.isDirectory(tmp)) {
      throw usage(tmp + ": --tmp names no folder; make it first");
    }
  }

  private List<Question> questions() {
    List<String> asked =
        prompts == null
            ? List.of(prompt == null ? "Describe this image." : prompt)
            : InputFiles.text(prompts, "prompts", MOST_BYTES)
                .lines()
                .filter(l -> !l.isBlank())
                .toList();
    if (asked.isEmpty()) {
      throw new OcelliException(
          Kind.INPUT, prompts + ": the file has no prompts; write one on each line");
    }
    List<Question> all = new ArrayList<>();
    for (@Nullable Path picture : pictures()) {
      asked.forEach(p -> all.add(new Question(picture, p)));
    }
    if (words.isEmpty()) {
      asked.forEach(p -> all.add(new Question(null, p)));
    }
    return all;
  }

  private List<Path> pictures() {
    List<Path> all = new ArrayList<>();
    for (Path word : words) {
      if (!Files.isDirectory(word)) {
        context.media().picture(word); // what is no picture is told before a model is loaded
        all.add(word);
        continue;
      }
      List<Path> found = context.media().pictures(word);
      if (found.isEmpty()) {
        throw new OcelliException(
            Kind.INPUT, word + ": the folder has no pictures; name another one");
      }
      all.addAll(found);
    }
    return all;
  }

  private void settle(String model, @Nullable Path mmproj, boolean vision) {
    modelFlags.model = model;
    modelFlags.mmproj = mmproj;
    modelFlags.noMmproj |= !vision;
    new ModelSource(context, common.quiet).settle(modelFlags);
  }

  private Request request(Question q) {
    List<Media> media = new ArrayList<>();
    List<String> names = new ArrayList<>();
    if (q.picture() != null) {
      PictureSource source = context.media().picture(q.picture());
      media.add(new Media.Picture(source, ImageOptions.DEFAULT));
      names.add(source.name());
    }
    MediaList list = new MediaList(media, names);
    return new Request(
        List.of(Message.user(list.content(q.prompt()))),
        media,
        List.of(),
        Sampling.greedy(),
        maxTokens,
        List.of(),
        -1);
  }

  private String name(Question q) {
    if (q.picture() == null) {
      return q.prompt();
    }
    String file = Objects.toString(q.picture().getFileName());
    return prompts == null ? file : file + ": " + q.prompt();
  }

  /** The model's files. */
  private static String origin(Engine engine) {
    var vision = engine.files().vision();
    String language = engine.files().language().origin();
    return vision == null || vision == engine.files().language()
        ? language
        : language + " with " + vision.origin();
  }

  private static OcelliException usage(String problem) {
    return new OcelliException(Kind.USAGE, problem);
  }
}
