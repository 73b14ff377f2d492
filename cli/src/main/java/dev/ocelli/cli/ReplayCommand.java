package dev.ocelli.cli;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
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
import dev.ocelli.engine.vision.PictureSource;
import dev.ocelli.nano.NanoModel;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
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
          "A picture or frame of the record, recognised by its contents; several times for several. Not needed for those that the record holds, and those that lie where they lay.")
  List<Path> images = new ArrayList<>();

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
    List<List<PictureSource>> sources = sources(record);
    Progress progress = new Progress(streams, common.quiet);
    new ModelSource(context, common.quiet).settle(modelFlags);
    requireModel(record);
    as(record.computed());
    try (Engine engine = EngineOpener.engine(modelFlags, !record.media().isEmpty(), progress);
        Session session = engine.newSession()) {
      context.interrupts().cancelWith(session::cancel);
      List<Media> media = new ArrayList<>();
      for (int i = 0; i < sources.size(); i++) {
        media.add(record.media().get(i).media(sources.get(i)));
      }
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

  /** Each picture's and clip's files: the record's own, given ones, those at their old place. */
  private List<List<PictureSource>> sources(ReplyRecord record) {
    Map<String, PictureSource> given = new HashMap<>();
    for (Path image : images) {
      PictureSource picture = context.media().picture(image);
      given.put(picture.sha256(), picture);
    }
    List<List<PictureSource>> out = new ArrayList<>();
    for (RecordedMedia media : record.media()) {
      List<PictureSource> sources = new ArrayList<>();
      for (RecordedMedia.File f : media.files()) {
        sources.add(source(f, given));
      }
      out.add(List.copyOf(sources));
    }
    return out;
  }

  private PictureSource source(RecordedMedia.File f, Map<String, PictureSource> given) {
    PictureSource found = given.get(f.sha256());
    byte[] data = f.data();
    if (found == null && data != null) {
      found = context.media().picture(f.name(), new ByteArrayInputStream(data));
    }
    if (found == null) {
      found = atOldPlace(f);
    }
    if (found == null) {
      throw new OcelliException(
          Kind.INPUT,
          "%s: the picture '%s' with SHA-256 %s is not in the record; give its file with --image"
              .formatted(file, f.name(), f.sha256()));
    }
    if (!found.sha256().equals(f.sha256())) {
      throw new OcelliException(
          Kind.INPUT,
          "%s: the picture '%s' has SHA-256 %s in the record, %s as it is; give the right file with --image"
              .formatted(file, f.name(), f.sha256(), found.sha256()));
    }
    return found;
  }

  private @Nullable PictureSource atOldPlace(RecordedMedia.File f) {
    try {
      Path path = Path.of(f.name());
      return Files.isRegularFile(path) ? context.media().picture(path) : null;
    } catch (InvalidPathException e) {
      return null; // a place in a request, not a file
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
