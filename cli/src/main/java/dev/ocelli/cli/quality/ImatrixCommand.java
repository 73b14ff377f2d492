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
import dev.ocelli.engine.gguf.OutputFile;
import dev.ocelli.engine.quantize.ImportanceCollector;
import dev.ocelli.engine.quantize.ImportanceMatrix;
import dev.ocelli.engine.runtime.Engine;
import dev.ocelli.engine.runtime.Media;
import dev.ocelli.engine.runtime.Prepared;
import dev.ocelli.engine.runtime.ReplyListener;
import dev.ocelli.engine.runtime.Request;
import dev.ocelli.engine.runtime.Session;
import dev.ocelli.engine.sampling.Sampling;
import dev.ocelli.engine.tensor.TensorSource;
import dev.ocelli.engine.vision.ImageOptions;
import dev.ocelli.engine.vision.PictureSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ocelli imatrix}: how much each input of each matrix matters, for {@code quantize}. */
@Command(
    name = "imatrix",
    description = {
      "Runs a model over a text, pictures or both, and writes how much each input of each matrix matters, for quantize --imatrix.",
      "Pictures go through the vision tower, too, so that its file can be quantized by importance."
    },
    customSynopsis =
        "ocelli imatrix -m MODEL -o FILE.gguf [-f TEXT] [--images DIR [-p PROMPT]] [OPTIONS]",
    sortOptions = false)
public final class ImatrixCommand implements Callable<Integer> {
  private static final int MOST_BYTES = 256 << 20;
  private static final int LEAST_CHUNK = 2;
  private static final int MOST_CHUNK = 1 << 16;

  @Mixin CommonFlags common = new CommonFlags();
  @Mixin ModelFlags modelFlags = new ModelFlags();

  @Option(
      names = {"-f", "--file"},
      paramLabel = "TEXT",
      description = "UTF-8 text; it is cut into parts, each of which begins anew.")
  @Nullable Path text;

  @Option(
      names = "--images",
      paramLabel = "DIR",
      description = "Folder of pictures; each is looked at with the prompt.")
  @Nullable Path images;

  @Option(
      names = {"-p", "--prompt"},
      paramLabel = "TEXT",
      defaultValue = "Describe this image.",
      description = "What is asked about each picture. Default: ${DEFAULT-VALUE}")
  String prompt = "";

  @Option(
      names = {"-n", "--n-predict"},
      paramLabel = "N",
      defaultValue = "64",
      description = "Most tokens of each reply about a picture. Default: ${DEFAULT-VALUE}.")
  int maxTokens;

  @Option(
      names = "--chunk-tokens",
      paramLabel = "N",
      defaultValue = "512",
      description = "Tokens of a part of the text. Default: ${DEFAULT-VALUE}.")
  int chunkTokens;

  @Option(
      names = "--chunks",
      paramLabel = "N",
      description = "Take the first N parts of the text only.")
  int chunks = Integer.MAX_VALUE;

  @Option(
      names = {"-o", "--output-file"},
      paramLabel = "FILE.gguf",
      required = true,
      description = "File to write.")
  Path out = Path.of("");

  @Option(names = "--force", description = "Replace the file when it is there.")
  boolean force;

  private final Context context;

  public ImatrixCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    check();
    new ModelSource(context, common.quiet).settle(modelFlags);
    Set<Path> inputs = new LinkedHashSet<>();
    for (Path input : Arrays.asList(text, modelFlags.mmproj, model())) {
      if (input != null) {
        inputs.add(input);
      }
    }
    OutputFile target = OutputFile.of(out, force, inputs);
    String words = text == null ? "" : InputFiles.text(text, "text", MOST_BYTES);
    List<Path> pictures = images == null ? List.of() : context.media().pictures(images);
    if (images != null && pictures.isEmpty()) {
      throw new OcelliException(
          Kind.INPUT, images + ": the folder has no pictures; name another one");
    }
    Progress progress = new Progress(context.streams(), common.quiet);
    computeEverythingOnce();
    try (Engine engine = EngineOpener.engine(modelFlags, !pictures.isEmpty(), progress)) {
      List<int[]> parts = parts(engine, words);
      ImportanceCollector collector = new ImportanceCollector(sources(engine));
      engine.observe(collector);
      int total = parts.size() + pictures.size();
      int done = 0;
      for (int[] ids : parts) {
        progress.show("computing importance", done++, total);
        run(engine, request(new MediaList(List.of(), List.of()), 0), ids);
      }
      for (Path picture : pictures) {
        progress.show("computing importance", done++, total);
        PictureSource source = context.media().picture(picture);
        Media media = new Media.Picture(source, ImageOptions.DEFAULT);
        MediaList one = new MediaList(List.of(media), List.of(source.name()));
        run(engine, request(one, maxTokens), null);
      }
      progress.clear();
      if (context.interrupts().interrupted()) {
        return ExitCode.INTERRUPTED;
      }
      save(collector, target, total);
    }
    return ExitCode.OK;
  }

  private @Nullable Path model() {
    String model = modelFlags.model;
    return model == null || model.equals("nano") ? null : InputFiles.path(model);
  }

  private void check() {
    if (text == null && images == null) {
      throw usage("there is nothing to run the model over; give a text (-f), pictures (--images)");
    }
    if (chunkTokens < LEAST_CHUNK || chunkTokens > MOST_CHUNK) {
      throw usage(
          "--chunk-tokens %d is out of range; give %d to %d"
              .formatted(chunkTokens, LEAST_CHUNK, MOST_CHUNK));
    }
    if (chunks < 1) {
      throw usage("--chunks %d is out of range; give 1 or more".formatted(chunks));
    }
    if (maxTokens < 0) {
      throw usage("--n-predict %d is out of range; give 0 or more".formatted(maxTokens));
    }
  }

  /** What comes from a cache is not seen, and a guess that is dropped would be. */
  private void computeEverythingOnce() {
    modelFlags.cacheRam = 0;
    modelFlags.cacheDir = null;
    modelFlags.draft = "off";
  }

  /** Whole parts of the text; when there is not even one, all of it. */
  private List<int[]> parts(Engine engine, String words) {
    int[] ids = engine.tokenizer().encodeText(words);
    List<int[]> parts = new ArrayList<>();
    for (int at = 0; at + chunkTokens <= ids.length && parts.size() < chunks; at += chunkTokens) {
      parts.add(Arrays.copyOfRange(ids, at, at + chunkTokens));
    }
    if (parts.isEmpty() && ids.length > 0) {
      parts.add(ids);
    }
    if (text != null && parts.isEmpty()) {
      throw new OcelliException(Kind.INPUT, text + ": the text is empty; give another one");
    }
    return parts;
  }

  private static List<TensorSource> sources(Engine engine) {
    TensorSource vision = engine.files().vision();
    return vision == null
        ? List.of(engine.files().language())
        : List.of(engine.files().language(), vision);
  }

  private Request request(MediaList media, int tokens) {
    return new Request(
        List.of(Message.user(media.content(prompt))),
        media.media(),
        List.of(),
        Sampling.greedy(),
        tokens,
        List.of(),
        -1);
  }

  /** Runs a request in a session of its own, or tokens where they are given. */
  private void run(Engine engine, Request request, int @Nullable [] ids) {
    if (context.interrupts().interrupted()) {
      return;
    }
    Prepared prepared = ids == null ? engine.prepare(request) : engine.prepare(ids);
    engine.requireRoom(prepared);
    try (Session session = engine.newSession()) {
      context.interrupts().cancelWith(session::cancel);
      session.generate(request, prepared, ReplyListener.NONE);
    }
  }

  private void save(ImportanceCollector collector, OutputFile target, int parts) {
    List<String> datasets = new ArrayList<>();
    for (Path p : Arrays.asList(text, images)) {
      if (p != null) {
        datasets.add(p.toString());
      }
    }
    try (ImportanceMatrix result =
        collector.result(new ImportanceMatrix.Provenance(datasets, parts, chunkTokens))) {
      result.write(target);
      long rows = 0;
      int partial = 0;
      for (String name : result.names()) {
        ImportanceMatrix.Coverage c = result.coverage(name);
        if (c != null) {
          rows = Math.max(rows, c.rows());
          partial += c.unseen() > 0 ? 1 : 0;
        }
      }
      context
          .streams()
          .out()
          .print(
              "%s: importance of %d tensors from %d parts, %d rows at most%s\n"
                  .formatted(
                      out,
                      result.names().size(),
                      parts,
                      rows,
                      partial == 0
                          ? ""
                          : "; %d tensors have experts that saw nothing: give more text or pictures"
                              .formatted(partial)));
    }
  }

  private static OcelliException usage(String problem) {
    return new OcelliException(Kind.USAGE, problem);
  }
}
