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
import dev.ocelli.engine.extract.Calibration;
import dev.ocelli.engine.extract.ExtractionSchema;
import dev.ocelli.engine.extract.Extractor;
import dev.ocelli.engine.runtime.Media;
import dev.ocelli.engine.runtime.Reply;
import dev.ocelli.engine.runtime.ReplyListener;
import dev.ocelli.media.draw.ExtractionReport;
import dev.ocelli.media.draw.SeenPicture;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ocelli extract}: reads the fields of a schema out of files. */
@Command(
    name = "extract",
    description = {
      "Reads what a JSON Schema describes out of pictures and pages, and prints every value with its confidence and the box in which it was seen.",
      "Each picture and page is asked about on its own, and gives a line of JSON; with --format csv each value gives a row. A file that cannot be read is told, and the others go on."
    },
    customSynopsis = "ocelli extract SCHEMA.json FILE... [-m MODEL] [-o OUT] [OPTIONS]",
    sortOptions = false)
public final class ExtractCommand implements Callable<Integer> {
  private static final int LONGEST_FILE = 16 << 20;

  @Mixin CommonFlags common = new CommonFlags();
  @Mixin ModelFlags modelFlags = new ModelFlags();
  @Mixin PictureFlags pictureFlags = new PictureFlags();

  @Parameters(index = "0", paramLabel = "SCHEMA.json", description = "JSON Schema of the result.")
  Path schema = Path.of("");

  @Parameters(
      index = "1..*",
      paramLabel = "FILE",
      arity = "1..*",
      description = "Pictures and documents, as with --image.")
  List<String> files = new ArrayList<>();

  @Option(
      names = {"-p", "--prompt"},
      paramLabel = "TEXT",
      description = "Ask this instead of the usual words, which hold the schema.")
  @Nullable String prompt;

  @Option(
      names = "--no-boxes",
      description =
          "Do not ask for boxes. A schema with a property bbox_2d asks for them itself, and nothing is added.")
  boolean noBoxes;

  @Option(
      names = "--calibration",
      paramLabel = "FILE",
      description = "Turn probabilities into confidence by this table (docs/extract.md).")
  @Nullable Path calibration;

  @Option(
      names = "--truth",
      paramLabel = "FILE",
      description =
          "True values, a JSON line each {\"file\", \"page\", \"data\"}: tables of what was right and of confidence are printed to stderr.")
  @Nullable Path truth;

  @Option(
      names = "--calibrate",
      paramLabel = "OUT.json",
      description = "With --truth: write the table for --calibration.")
  @Nullable Path calibrate;

  @Option(
      names = "--format",
      paramLabel = "FORM",
      defaultValue = "jsonl",
      description = "jsonl or csv. Default: ${DEFAULT-VALUE}.")
  String format = "jsonl";

  @Option(
      names = {"-n", "--n-predict"},
      paramLabel = "N",
      defaultValue = "4096",
      description = "Most tokens of a reply. Default: ${DEFAULT-VALUE}.")
  int maxTokens;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "OUT",
      description = "Write to this file in place of standard output.")
  @Nullable Path output;

  private final Context context;

  public ExtractCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Extractor extractor = extractor();
    ExtractionLines lines = ExtractionLines.named(format);
    ExtractionCheck check = truth == null ? null : ExtractionCheck.read(truth);
    new ModelSource(context, common.quiet).settle(modelFlags);
    if (modelFlags.model == null) {
      modelFlags.model = "nano";
    }
    Progress progress = new Progress(context.streams(), common.quiet);
    try (LoadedModel model = context.models().open(modelFlags, true, progress);
        BufferedWriter file = output == null ? null : Files.newBufferedWriter(output)) {
      context.interrupts().cancelWith(model::cancel);
      Consumer<String> out = file == null ? context.streams().out()::line : to(file);
      lines.header().forEach(out);
      Reading reading = new Reading(model, extractor, progress, lines, check, out);
      for (int i = 0; i < files.size() && !context.interrupts().interrupted(); i++) {
        progress.show("extracting", i, files.size());
        reading.file(files.get(i));
      }
      progress.clear();
      if (check != null) {
        report(check);
      }
      return context.interrupts().interrupted() ? ExitCode.INTERRUPTED : reading.code;
    } catch (IOException e) {
      throw new OcelliException(
          Kind.RESOURCE,
          output + ": cannot be written (" + e.getMessage() + "); choose another -o",
          e);
    }
  }

  private void report(ExtractionCheck check) {
    context.streams().err().print(check.table());
    if (calibrate != null) {
      OutputFiles.write(calibrate, check.calibration().json() + "\n");
    }
  }

  private Extractor extractor() {
    if (calibrate != null && truth == null) {
      throw new OcelliException(
          Kind.USAGE, "--calibrate needs --truth FILE, the values that are right; add it");
    }
    if (maxTokens < 1) {
      throw new OcelliException(
          Kind.USAGE, "--n-predict %d is out of range; give 1 or more".formatted(maxTokens));
    }
    if (!pictureFlags.items().isEmpty()) {
      throw new OcelliException(
          Kind.USAGE, "files stand behind the schema: ocelli extract SCHEMA.json FILE...");
    }
    ExtractionSchema wanted;
    try {
      wanted =
          ExtractionSchema.of(InputFiles.text(schema, "a JSON Schema", LONGEST_FILE), !noBoxes);
    } catch (OcelliException e) {
      throw e.kind() == Kind.USAGE ? e.in(schema.toString()) : e;
    }
    Calibration table = Calibration.NONE;
    if (calibration != null) {
      try {
        table = Calibration.read(InputFiles.text(calibration, "a calibration", LONGEST_FILE));
      } catch (OcelliException e) {
        throw String.valueOf(e.getMessage()).startsWith(calibration.toString())
            ? e
            : e.in(calibration.toString());
      }
    }
    String asked = prompt == null ? Extractor.prompt(wanted) : prompt;
    return new Extractor(wanted, asked, maxTokens, table);
  }

  /** Reads files one after the other; what goes wrong with one does not stop the next. */
  private final class Reading {
    private final LoadedModel model;
    private final Extractor extractor;
    private final Progress progress;
    private final ExtractionLines lines;
    private final @Nullable ExtractionCheck check;
    private final Consumer<String> out;

    /** Of the first failure. */
    private int code = ExitCode.OK;

    Reading(
        LoadedModel model,
        Extractor extractor,
        Progress progress,
        ExtractionLines lines,
        @Nullable ExtractionCheck check,
        Consumer<String> out) {
      this.model = model;
      this.extractor = extractor;
      this.progress = progress;
      this.lines = lines;
      this.check = check;
      this.out = out;
    }

    /** Reads a picture, or all pages of a document. */
    void file(String file) {
      List<MediaList> pages;
      try {
        pictureFlags.only(file);
        pages = MediaList.open(pictureFlags, context).split();
      } catch (OcelliException e) {
        failed(file, 0, e);
        return;
      }
      for (MediaList page : pages) {
        Media media = page.media().getFirst();
        try {
          Reply reply = model.generate(extractor.request(media), ReplyListener.NONE);
          if (reply.finish() == Reply.Finish.CANCELLED) {
            return;
          }
          read(file, new SeenPicture(media, reply.media().getFirst()), reply);
        } catch (OcelliException e) {
          failed(file, SeenPicture.page(media), named(e, page.names().getFirst()));
        }
      }
    }

    private static OcelliException named(OcelliException e, String name) {
      return String.valueOf(e.getMessage()).startsWith(name) ? e : e.in(name);
    }

    private void read(String file, SeenPicture seen, Reply reply) {
      ExtractionReport report = new ExtractionReport(extractor.read(reply, model::bytes), seen);
      ExtractionLines.Result result = new ExtractionLines.Result(file, report);
      lines.of(result).forEach(out);
      if (check != null) {
        check.add(result);
      }
    }

    private void failed(String file, int page, OcelliException e) {
      if (e.kind() != Kind.INPUT && e.kind() != Kind.CONTEXT) {
        throw e;
      }
      progress.clear();
      String message = String.valueOf(named(e, file).getMessage());
      context.streams().err().println("ocelli: " + message.replaceAll("\\p{Cntrl}+", " "));
      lines.failed(file, page, message).forEach(out);
      code = code == ExitCode.OK ? ExitCode.of(e.kind()) : code;
    }
  }

  private static Consumer<String> to(BufferedWriter file) {
    return line -> {
      try {
        file.write(line);
        file.write('\n');
        file.flush();
      } catch (IOException e) {
        throw new OcelliException(
            Kind.RESOURCE, "the output cannot be written (" + e.getMessage() + ")", e);
      }
    };
  }
}
