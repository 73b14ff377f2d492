package dev.ocelli.engine.sampling;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * The named presets.
 *
 * <p>{@code describe}, {@code ocr}, {@code creative} and {@code factqa} are temperature, top_p,
 * repeat_penalty and max_tokens as people write them for llama.cpp's tools, whose other penalties
 * are 0 when not named: they ask for presence and frequency penalties of 0 too, since the presence
 * penalty of 1.5 of {@link #OFFICIAL_INSTRUCT} on top would damage tables and numbers.
 *
 * <p>{@code official-*} are the values that Qwen publishes for Qwen3-VL: Instruct with pictures,
 * Thinking with pictures, Instruct with text only.
 */
public final class Presets {
  /** Describing a picture. */
  public static final Preset DESCRIBE = task("describe", 0.7, 0.9, 1.1, 1024);

  /** Reading text. */
  public static final Preset OCR = task("ocr", 0.1, 0.5, 1.0, 512);

  /** Writing freely about a picture. */
  public static final Preset CREATIVE = task("creative", 1.0, 0.95, 1.05, 2048);

  /** Answering questions of fact. */
  public static final Preset FACTQA = task("factqa", 0.5, 0.8, 1.15, 512);

  /** Qwen3-VL Instruct with pictures: what applies where nothing else is asked for. */
  public static final Preset OFFICIAL_INSTRUCT =
      official("official-instruct", 0.7, 0.8, 20, 1.5, 16384);

  /** Qwen3-VL Thinking with pictures. */
  public static final Preset OFFICIAL_THINKING =
      official("official-thinking", 1.0, 0.95, 20, 0.0, 40960);

  /** Qwen3-VL Instruct with text only. */
  public static final Preset OFFICIAL_TEXT = official("official-text", 1.0, 1.0, 40, 2.0, 32768);

  private static final List<Preset> ALL =
      List.of(DESCRIBE, OCR, CREATIVE, FACTQA, OFFICIAL_INSTRUCT, OFFICIAL_THINKING, OFFICIAL_TEXT);

  private Presets() {}

  /**
   * A named layer of settings.
   *
   * @param name as it is asked for
   * @param overrides what it sets; its {@code maxTokens} is not null
   */
  public record Preset(String name, SamplingOverrides overrides) {
    /** Most tokens to generate. */
    public int maxTokens() {
      return Objects.requireNonNull(overrides.maxTokens());
    }
  }

  /** All presets, in the order in which they are listed to people. */
  public static List<Preset> all() {
    return ALL;
  }

  /** The preset of this name; a {@code USAGE} error lists the names and the nearest one. */
  public static Preset named(String name) {
    Preset nearest = ALL.getFirst();
    int distance = Integer.MAX_VALUE;
    for (Preset preset : ALL) {
      if (preset.name().equals(name)) {
        return preset;
      }
      int d = editDistance(preset.name(), name);
      if (d < distance) {
        nearest = preset;
        distance = d;
      }
    }
    // A guess that shares less than half of its letters with what was typed does not help.
    boolean close = distance <= nearest.name().length() / 2;
    throw new OcelliException(
        Kind.USAGE,
        "there is no preset "
            + Quoted.of(name)
            + (close
                ? "; did you mean " + nearest.name() + "? The presets are "
                : "; the presets are ")
            + ALL.stream().map(Preset::name).collect(Collectors.joining(", ")));
  }

  private static Preset task(
      String name, double temperature, double topP, double repeatPenalty, int maxTokens) {
    return new Preset(
        name,
        SamplingOverrides.builder()
            .temperature(temperature)
            .topP(topP)
            .repeatPenalty(repeatPenalty)
            .presencePenalty(0.0)
            .frequencyPenalty(0.0)
            .maxTokens(maxTokens)
            .build());
  }

  private static Preset official(
      String name, double temperature, double topP, int topK, double presence, int maxTokens) {
    return new Preset(
        name,
        SamplingOverrides.builder()
            .temperature(temperature)
            .topP(topP)
            .topK(topK)
            .repeatPenalty(1.0)
            .presencePenalty(presence)
            .maxTokens(maxTokens)
            .build());
  }

  /** Levenshtein distance: fewest insertions, deletions and replacements of characters. */
  private static int editDistance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replace = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replace, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
