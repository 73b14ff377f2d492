package dev.ocelli.cli.flags;

import dev.ocelli.cli.console.InputFiles;
import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.runtime.EngineOptions.AdapterChoice;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** LoRA adapters that are added to the model; names as in llama.cpp. */
public final class AdapterFlags {
  @Option(
      names = "--lora",
      paramLabel = "FILE",
      split = ",",
      description =
          "LoRA adapter of the model: a GGUF file of convert_lora_to_gguf.py, or a folder as PEFT saves it. Several with commas or several times.")
  public List<String> whole = new ArrayList<>();

  @Option(
      names = "--lora-scaled",
      paramLabel = "FILE:SCALE",
      split = ",",
      description = "LoRA adapter and how much of it. Several with commas or several times.")
  public List<String> scaled = new ArrayList<>();

  /** Whether any was named. */
  public boolean given() {
    return !whole.isEmpty() || !scaled.isEmpty();
  }

  /** The adapters, those with a scale behind the others. */
  public List<AdapterChoice> choices() {
    List<AdapterChoice> all = new ArrayList<>();
    whole.forEach(f -> all.add(new AdapterChoice(InputFiles.path(f), 1)));
    for (String s : scaled) {
      int colon = s.lastIndexOf(':');
      if (colon < 1) {
        throw wrong(s);
      }
      all.add(new AdapterChoice(InputFiles.path(s.substring(0, colon)), scale(s, colon)));
    }
    return all;
  }

  private static float scale(String given, int colon) {
    try {
      float scale = Float.parseFloat(given.substring(colon + 1));
      if (Float.isFinite(scale)) {
        return scale;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw wrong(given);
  }

  private static OcelliException wrong(String given) {
    return new OcelliException(
        Kind.USAGE,
        "--lora-scaled is '%s'; give FILE:SCALE with a number, as in style.gguf:0.5"
            .formatted(given));
  }
}
