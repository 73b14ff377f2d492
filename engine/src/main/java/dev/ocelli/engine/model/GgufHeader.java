package dev.ocelli.engine.model;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.gguf.GgufFile;
import dev.ocelli.engine.gguf.GgufMetadata;
import dev.ocelli.engine.model.qwen3vl.GgufConfig;
import dev.ocelli.engine.model.qwen3vl.Qwen3VlConfig;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What a GGUF file says about what it belongs to.
 *
 * @param vision whether it is a vision file
 * @param hidden width of the language model that it is, or is made for
 * @param deepstack layers that get DeepStack features
 * @param identity what the files of one model have in common; empty where they say nothing
 * @param stem the file's name without what tells vision files and quantizations apart
 */
record GgufHeader(
    Path file, boolean vision, int hidden, int deepstack, String identity, String stem) {

  /**
   * Reads a header.
   *
   * @throws OcelliException when the file is neither a language model nor a vision file that can be
   *     used
   */
  static GgufHeader of(Path file, GgufFile open) {
    boolean vision = open.metadata().getString("general.architecture", "").equals("clip");
    String identity = identity(open.metadata());
    String stem = stem(String.valueOf(file.getFileName()));
    if (vision) {
      Qwen3VlConfig.Vision v = GgufConfig.vision(open);
      return new GgufHeader(file, true, v.outHidden(), v.deepstackBlocks().length, identity, stem);
    }
    Qwen3VlConfig.Text t = GgufConfig.text(open);
    return new GgufHeader(file, false, t.hidden(), t.deepstack(), identity, stem);
  }

  /** The base model and what was made of it, or the name where the files do not say. */
  private static String identity(GgufMetadata m) {
    String base = m.getString("general.basename", "");
    String identity =
        base.isEmpty()
            ? m.getString("general.name", "")
            : base + " " + m.getString("general.finetune", "");
    return identity.strip().toLowerCase(Locale.ROOT);
  }

  private static String stem(String name) {
    return name.toLowerCase(Locale.ROOT)
        .replaceFirst("\\.gguf$", "")
        .replaceFirst("-\\d{5}-of-\\d{5}$", "")
        .replaceFirst("[-_.]?mmproj[-_.]?", "-")
        .replaceFirst("[-_.](ud[-_])?(i?q\\d\\w*|tq\\d\\w*|b?f16|f32|fp16|mxfp4)$", "")
        .replaceFirst("^-", "")
        .replaceFirst("-$", "");
  }

  /** Whether a vision file can be used with this language model at all. */
  boolean fits(GgufHeader other) {
    return other.vision && other.hidden == hidden && other.deepstack == deepstack;
  }
}
