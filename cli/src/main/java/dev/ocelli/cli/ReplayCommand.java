package dev.ocelli.cli;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.cache.Sha256;
import dev.ocelli.engine.kernels.KernelSet;
import dev.ocelli.engine.kernels.LoadMode;
import dev.ocelli.engine.quantize.Requantization;
import dev.ocelli.engine.record.RecordedMedia;
import dev.ocelli.engine.record.Replay;
import dev.ocelli.engine.record.ReplyRecord;
import dev.ocelli.engine.runtime.Engine;
import dev.ocelli.engine.runtime.Media;
import dev.ocelli.engine.runtime.Reply;
import dev.ocelli.engine.runtime.Session;
import dev.ocelli.engine.vision.ClipSource;
import dev.ocelli.engine.vision.PictureSource;
import dev.ocelli.media.Document;
import dev.ocelli.media.DocumentOptions;
import dev.ocelli.media.PagePicture;
import dev.ocelli.nano.NanoModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ocelli replay}: makes a recorded reply again and compares. */
@Command(
    name = "replay",
    description = {
      "Makes the reply of a record again, byte for byte, or says what differs.",
      "Records come from 'ocelli run --record FILE' and from requests with \"deterministic\": true."
    },
    customSynopsis = "ocelli replay RECORD [-m MODEL -mm MMPROJ] [--image FILE]... [OPTIONS]",
    sortOptions = false)
final class ReplayCommand implements Callable<Integer> {
  private static final int MOST_BYTES = 512 << 20;

  @Mixin CommonFlags common = new CommonFlags();
  @Mixin ModelFlags modelFlags = new ModelFlags();

  @Parameters(
      index = "0",
      paramLabel = "RECORD",
      description = "The record, or an answer of the server that has one; '-' is standard input.")
  String file = "";

  @Option(
      names = {"--image", "-i"},
      paramLabel = "FILE",
      description =
          "A picture, frame, document or video of the record, recognised by its contents; several times for several. Not needed for those that the record holds, and those that lie where they lay.")
  List<Path> images = new ArrayList<>();

  @Option(
      names = "--pdf-password",
      paramLabel = "TEXT",
      description = "Password of encrypted PDF files.")
  @Nullable String password;

  @Option(names = "--json", description = "Print one JSON object (docs/cli.md).")
  boolean json;

  private final Context context;
  private final Streams streams;

  ReplayCommand(Context context) {
    this.context = context;
    this.streams = context.streams();
  }

  @Override
  public Integer call() {
    ReplyRecord record = record();
    List<Media> media = media(record);
    Progress progress = new Progress(streams, common.quiet);
    new ModelSource(context, common.quiet).settle(modelFlags);
    requireModel(record);
    as(record.computed());
    try (Engine engine = EngineOpener.engine(modelFlags, !record.media().isEmpty(), progress);
        Session session = engine.newSession()) {
      context.interrupts().cancelWith(session::cancel);
      LiveReply live =
          new LiveReply(streams, progress, () -> {}, new LiveReply.Shown(!json, !common.quiet));
      Replay replay;
      try {
        replay = Replay.of(engine, record, media, session, live);
      } catch (OcelliException e) {
        progress.clear();
        // Most likely because of these.
        report(record.differences(engine));
        throw e.kind() == Kind.INPUT ? e.in(file) : e;
      }
      live.finish();
      return report(replay);
    }
  }

  private ReplyRecord record() {
    String text =
        file.equals("-")
            ? InputFiles.text(streams.in(), "standard input", "a record", MOST_BYTES)
            : InputFiles.text(InputFiles.path(file), "a record", MOST_BYTES);
    try {
      return ReplyRecord.parse(text);
    } catch (OcelliException e) {
      throw e.in(file);
    }
  }

  /** Without a model: the embedded one, if it is that. */
  private void requireModel(ReplyRecord record) {
    boolean nano =
        record.modelFiles().stream().anyMatch(f -> NanoModel.TEXT_ORIGIN.endsWith("/" + f));
    if (modelFlags.model == null && !nano) {
      throw new OcelliException(
          Kind.USAGE,
          "%s: was made with %s; name the model with -m"
              .formatted(file, String.join(", ", record.modelFiles())));
    }
  }

  /** Computes as it was computed, as far as flags say nothing else and the machine can. */
  private void as(ReplyRecord.Computed c) {
    if (modelFlags.level.equals("auto")
        && KernelSet.levels().stream().anyMatch(l -> l.label().equals(c.level()))) {
      modelFlags.level = c.level();
    }
    modelFlags.exact |= c.exact();
    if (modelFlags.visionPrecision.equals("auto")) {
      modelFlags.visionPrecision = !c.visionBfloat16() ? "f32" : c.exact() ? "bf16" : "auto";
    }
    if (modelFlags.loadMode == LoadMode.REPACK) {
      for (LoadMode mode : LoadMode.values()) {
        if (mode.name().equalsIgnoreCase(c.loadMode())) {
          modelFlags.loadMode = mode;
        }
      }
    }
    if (modelFlags.requantization == Requantization.OFF) {
      modelFlags.requantization = c.requantization();
    }
    if (modelFlags.cacheTypeK == null && modelFlags.cacheTypeV == null) {
      modelFlags.cacheTypeK = c.cacheType();
    }
    if (modelFlags.contextSize == 0) {
      modelFlags.contextSize = c.context();
    }
  }

  /** The media, their files found: the record's own, given ones, those at their old place. */
  private List<Media> media(ReplyRecord record) {
    Map<String, Path> given = new HashMap<>();
    for (Path path : images) {
      given.put(sha256(path), path);
    }
    Map<String, Document> documents = new HashMap<>();
    List<Media> out = new ArrayList<>();
    for (RecordedMedia m : record.media()) {
      RecordedMedia.File first = m.files().getFirst();
      out.add(
          switch (m.kind()) {
            case PICTURE, FRAMES ->
                m.media(m.files().stream().map(f -> picture(f, given)).toList());
            case VIDEO -> {
              ClipSource clip = Videos.open(place(first, given, "video"), context);
              try {
                yield m.media(clip);
              } catch (OcelliException e) {
                throw e.in(file);
              }
            }
            case PAGE -> {
              Document document =
                  documents.computeIfAbsent(
                      first.sha256(), hash -> document(place(first, given, "document")));
              yield m.media(List.of(page(document, m)));
            }
          });
    }
    return out;
  }

  private Document document(Path path) {
    return switch (context.media().open(path, DocumentOptions.DEFAULT.with(password, 0))) {
      case MediaOpener.Opened.Pages pages -> pages.document();
      case MediaOpener.Opened.Picture p ->
          throw new OcelliException(
              Kind.INPUT,
              "%s: is no document, but the record has a page of it; give the right file with --image"
                  .formatted(path));
    };
  }

  private PictureSource page(Document document, RecordedMedia media) {
    if (media.page() >= document.pages()) {
      throw new OcelliException(
          Kind.INPUT,
          "%s: the record has page %d of %s, which has %d; give the record as it was written"
              .formatted(file, media.page() + 1, document.name(), document.pages()));
    }
    return new PagePicture(document, media.page(), media.size());
  }

  private PictureSource picture(RecordedMedia.File f, Map<String, Path> given) {
    byte[] data = f.data();
    if (data == null || given.containsKey(f.sha256())) {
      return context.media().picture(place(f, given, "picture"));
    }
    PictureSource found = context.media().picture(f.name(), new ByteArrayInputStream(data));
    requireSame(f, found.sha256(), "picture");
    return found;
  }

  /** Where a file is, with the contents that it had. */
  private Path place(RecordedMedia.File f, Map<String, Path> given, String what) {
    Path found = given.get(f.sha256());
    if (found != null) {
      return found;
    }
    Path old = oldPlace(f);
    if (old == null) {
      throw new OcelliException(
          Kind.INPUT,
          "%s: the %s '%s' with SHA-256 %s is not in the record; give its file with --image"
              .formatted(file, what, f.name(), f.sha256()));
    }
    requireSame(f, sha256(old), what);
    return old;
  }

  private void requireSame(RecordedMedia.File f, String sha256, String what) {
    if (!sha256.equals(f.sha256())) {
      throw new OcelliException(
          Kind.INPUT,
          "%s: the %s '%s' has SHA-256 %s in the record, %s as it is; give the right file with --image"
              .formatted(file, what, f.name(), f.sha256(), sha256));
    }
  }

  private static @Nullable Path oldPlace(RecordedMedia.File f) {
    try {
      Path path = Path.of(f.name());
      return Files.isRegularFile(path) ? path : null;
    } catch (InvalidPathException e) {
      return null; // a place in a request, not a file
    }
  }

  private static String sha256(Path path) {
    try (FileChannel in = FileChannel.open(path, StandardOpenOption.READ);
        Arena arena = Arena.ofConfined()) {
      return Sha256.of(in.map(FileChannel.MapMode.READ_ONLY, 0, in.size(), arena));
    } catch (IOException e) {
      throw InputFiles.unreadable(path, "a picture, document or video of the record", e);
    }
  }

  private void report(List<String> differences) {
    if (!common.quiet) {
      differences.forEach(d -> streams.err().println("differs: " + d));
    }
  }

  private int report(Replay replay) {
    if (replay.reply().finish() == Reply.Finish.CANCELLED) {
      return ExitCode.INTERRUPTED;
    }
    boolean same = replay.comparison().same();
    if (json) {
      streams
          .out()
          .line(
              Json.line(out -> {
                out.writeStartObject();
                out.writeBooleanProperty("same", same);
                out.writeNumberProperty("first_different_token", replay.comparison().firstToken());
                out.writeArrayPropertyStart("differences");
                replay.comparison().differences().forEach(out::writeString);
                out.writeEndArray();
                out.writeArrayPropertyStart("surroundings");
                replay.surroundings().forEach(out::writeString);
                out.writeEndArray();
                out.writeStringProperty("text", replay.reply().text());
                out.writeEndObject();
              }));
    }
    report(replay.surroundings());
    report(replay.comparison().differences());
    if (!common.quiet) {
      streams
          .err()
          .println(
              String.format(
                  Locale.ROOT,
                  same ? "the same reply: %d tokens" : "another reply: %d tokens",
                  replay.reply().tokens().size()));
    }
    return same ? ExitCode.OK : ExitCode.FAILED_CHECK;
  }
}
