package dev.ocelli.cli.store;

import dev.ocelli.cli.console.ExitCode;
import dev.ocelli.cli.console.Json;
import dev.ocelli.cli.flags.CommonFlags;
import dev.ocelli.cli.model.Context;
import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.cache.CacheFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ocelli cache}: what a cache's folder holds. */
@Command(
    name = "cache",
    description = {
      "Says what a folder of --cache-dir holds, or empties it.",
      "Files that are not the cache's are neither counted nor removed."
    },
    customSynopsis = "ocelli cache du|clear DIR [--json]",
    sortOptions = false)
public final class CacheCommand implements Callable<Integer> {
  private static final double MEBIBYTE = 1 << 20;

  @Mixin CommonFlags common = new CommonFlags();

  /** What is done. */
  enum Action {
    /** Adds up. */
    DU,
    /** Removes everything. */
    CLEAR
  }

  @Parameters(index = "0", paramLabel = "du|clear", description = "Add up, or remove everything.")
  Action action = Action.DU;

  @Parameters(index = "1", paramLabel = "DIR", description = "The folder.")
  Path folder = Path.of("");

  @Option(names = "--json", description = "Print one JSON object.")
  boolean json;

  private final Context context;

  public CacheCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    if (!Files.isDirectory(folder)) {
      throw new OcelliException(
          Kind.INPUT, folder + ": there is no such folder; give the one of --cache-dir");
    }
    try {
      CacheFolder.Usage usage = CacheFolder.usage(folder);
      if (action == Action.CLEAR) {
        CacheFolder.clear(folder);
      }
      context.streams().out().print((json ? json(usage) : text(usage)) + "\n");
    } catch (IOException e) {
      throw new OcelliException(
          Kind.RESOURCE,
          "%s: cannot be %s (%s); check its permissions"
              .formatted(folder, action == Action.DU ? "read" : "emptied", e.getMessage()),
          e);
    }
    return ExitCode.OK;
  }

  private String text(CacheFolder.Usage u) {
    return String.format(
        Locale.ROOT,
        "%s%d blocks of keys and values (%.1f MiB), %d pictures (%.1f MiB)",
        action == Action.CLEAR ? "removed " : "",
        u.blocks(),
        u.blockBytes() / MEBIBYTE,
        u.pictures(),
        u.pictureBytes() / MEBIBYTE);
  }

  private String json(CacheFolder.Usage u) {
    return Json.line(out -> {
      out.writeStartObject();
      out.writeBooleanProperty("removed", action == Action.CLEAR);
      out.writeNumberProperty("blocks", u.blocks());
      out.writeNumberProperty("block_bytes", u.blockBytes());
      out.writeNumberProperty("pictures", u.pictures());
      out.writeNumberProperty("picture_bytes", u.pictureBytes());
      out.writeEndObject();
    });
  }
}
