package dev.ocelli.engine.sampling;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The sampling settings that a model's files ask for.
 *
 * @param overrides the layer
 * @param ignored settings found that this program does not apply, one sentence each, to be shown to
 *     the user (never applied in part, never dropped silently)
 */
public record FileDefaults(SamplingOverrides overrides, List<String> ignored) {

  /** A setting of a file that no step here computes, and the value that turns it off. */
  private record Unsupported(String key, @Nullable Double off) {}

  // The steps' order ("sequence") has no value that means "off".
  private static final List<Unsupported> GGUF_UNSUPPORTED =
      List.of(
          new Unsupported("general.sampling.sequence", null),
          new Unsupported("general.sampling.xtc_probability", 0.0),
          new Unsupported("general.sampling.mirostat", 0.0));

  private static final List<Unsupported> CONFIG_UNSUPPORTED =
      List.of(
          new Unsupported("num_beams", 1.0),
          new Unsupported("epsilon_cutoff", 0.0),
          new Unsupported("eta_cutoff", 0.0),
          new Unsupported("no_repeat_ngram_size", 0.0));

  /**
   * Reads {@code general.sampling.*} of a GGUF file: {@code temp}, {@code top_k}, {@code top_p},
   * {@code min_p}, {@code penalty_repeat}, {@code penalty_last_n}, and {@code penalty_freq} and
   * {@code penalty_present}, which some converters write.
   *
   * @param file named in errors
   * @param metadata value of a metadata key, null where the file has none
   * @throws OcelliException {@code MODEL} when a value is not a number or out of range
   */
  public static FileDefaults fromGguf(
      String file, Function<String, ? extends @Nullable Object> metadata) {
    Reader in = new Reader(file, metadata);
    String p = "general.sampling.";
    SamplingOverrides overrides =
        SamplingOverrides.builder()
            .temperature(in.real(p + "temp", Limits::temperature))
            .topK(in.whole(p + "top_k", Limits::topK))
            .topP(in.real(p + "top_p", Limits::topP))
            .minP(in.real(p + "min_p", Limits::minP))
            .repeatPenalty(in.real(p + "penalty_repeat", Limits::repeatPenalty))
            .frequencyPenalty(in.real(p + "penalty_freq", Limits::frequencyPenalty))
            .presencePenalty(in.real(p + "penalty_present", Limits::presencePenalty))
            .penaltyLastN(in.whole(p + "penalty_last_n", Limits::penaltyLastN))
            .build();
    return new FileDefaults(overrides, in.ignored(GGUF_UNSUPPORTED));
  }

  /**
   * Reads the values of a Hugging Face {@code generation_config.json}: {@code temperature}, {@code
   * top_k}, {@code top_p}, {@code min_p}, {@code typical_p}, {@code repetition_penalty}, {@code
   * max_new_tokens}, {@code min_new_tokens}. {@code "do_sample": false} is temperature 0; a missing
   * {@code do_sample} says nothing, since many converters drop it.
   *
   * @param file named in errors
   * @param values value of a key, null where the file has none
   * @throws OcelliException {@code MODEL} when a value is not a number or out of range
   */
  public static FileDefaults fromGenerationConfig(
      String file, Function<String, ? extends @Nullable Object> values) {
    Reader in = new Reader(file, values);
    Double temperature = in.real("temperature", Limits::temperature);
    if (Boolean.FALSE.equals(values.apply("do_sample"))) {
      temperature = 0.0;
    }
    SamplingOverrides overrides =
        SamplingOverrides.builder()
            .temperature(temperature)
            .topK(in.whole("top_k", Limits::topK))
            .topP(in.real("top_p", Limits::topP))
            .minP(in.real("min_p", Limits::minP))
            .typicalP(in.real("typical_p", Limits::typicalP))
            .repeatPenalty(in.real("repetition_penalty", Limits::repeatPenalty))
            .minTokens(in.whole("min_new_tokens", Limits::minTokens))
            .maxTokens(in.whole("max_new_tokens", Limits::maxTokens))
            .build();
    return new FileDefaults(overrides, in.ignored(CONFIG_UNSUPPORTED));
  }

  /** Typed, checked access to the values of one file. */
  private record Reader(String file, Function<String, ? extends @Nullable Object> values) {

    @Nullable Double real(String key, Function<Double, Double> check) {
      Object value = values.apply(key);
      if (value == null) {
        return null;
      }
      double number = value instanceof Number n ? n.doubleValue() : Double.NaN;
      // A file's float32 0.7, as float or widened, means 0.7 and not 0.699999988.
      if (number == (float) number) {
        number = Double.parseDouble(Float.toString((float) number));
      }
      return checked(key, value, number, check);
    }

    @Nullable Integer whole(String key, Function<Integer, Integer> check) {
      Object value = values.apply(key);
      if (value == null) {
        return null;
      }
      double number = value instanceof Number n ? n.doubleValue() : Double.NaN;
      if (number != (int) number) {
        throw bad(key, value, "not a whole number that fits 32 bits", null);
      }
      return checked(key, value, (int) number, check);
    }

    private <T> T checked(String key, Object value, T number, Function<T, T> check) {
      try {
        return check.apply(number);
      } catch (OcelliException e) {
        throw bad(key, value, "which cannot be used: " + e.getMessage(), e);
      }
    }

    private OcelliException bad(
        String key, Object value, String why, @Nullable OcelliException cause) {
      return new OcelliException(
          Kind.MODEL,
          file
              + ": "
              + key
              + " is "
              + Quoted.value(value)
              + ", "
              + why
              + "; correct this value in the file",
          cause);
    }

    List<String> ignored(List<Unsupported> unsupported) {
      List<String> out = new ArrayList<>();
      for (Unsupported setting : unsupported) {
        Object value = values.apply(setting.key());
        Double off = setting.off();
        boolean isOff =
            off != null && value instanceof Number n && n.doubleValue() == off.doubleValue();
        if (value != null && !isOff) {
          out.add(
              file
                  + ": "
                  + setting.key()
                  + " = "
                  + Quoted.value(value)
                  + " is not supported and not applied");
        }
      }
      return List.copyOf(out);
    }
  }
}
