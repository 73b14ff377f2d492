package dev.ocelli.cli.model;

import dev.ocelli.cli.console.Json;
import dev.ocelli.cli.flags.ModelFlags;
import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.quality.Estimate;
import dev.ocelli.engine.quality.TextWindows;
import dev.ocelli.engine.runtime.Engine;
import java.nio.file.Path;
import tools.jackson.core.JsonGenerator;

/** What the commands that judge models by texts have in common. */
public final class QualityText {
  /** Longer texts are no better measure and take days. */
  public static final int MOST_BYTES = 64 << 20;

  /** As in llama-perplexity. */
  static final int CONTEXT = 512;

  private QualityText() {}

  /**
   * Sets flags for the reading of windows: each token once, none from caches.
   *
   * @throws OcelliException (USAGE) when a number is out of range
   */
  public static void settle(ModelFlags flags, int chunks) {
    if (chunks < 1) {
      throw new OcelliException(
          Kind.USAGE, "--chunks %d is out of range; give 1 or more".formatted(chunks));
    }
    flags.contextSize = flags.contextSize == 0 ? CONTEXT : flags.contextSize;
    if (flags.contextSize < TextWindows.LEAST) {
      throw new OcelliException(
          Kind.USAGE,
          "--ctx-size %d is out of range; give %d or more"
              .formatted(flags.contextSize, TextWindows.LEAST));
    }
    flags.cacheRam = 0;
    flags.cacheDir = null;
    flags.draft = "off";
    flags.noMmproj = true;
    flags.mmproj = null;
  }

  /**
   * A text's windows; what looks like a control token in it is text.
   *
   * @param length tokens of a window
   * @param chunks windows at most
   */
  public static TextWindows windows(
      Engine engine, String words, Path origin, int length, int chunks) {
    int[] ids;
    try {
      ids = engine.tokenizer().encodeText(words);
    } catch (OcelliException e) {
      throw e.in(origin.toString());
    }
    return TextWindows.of(ids, length, chunks, origin.toString());
  }

  /** A mean and, as {@code NAME_error}, its standard error. */
  public static void estimate(JsonGenerator out, String name, Estimate e) {
    Json.number(out, name, e.value());
    Json.number(out, name + "_error", e.error());
  }
}
