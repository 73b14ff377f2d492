package dev.ocelli.engine.sampling;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Settles every sampling field from layers and records where each came from.
 *
 * <p>For each field on its own: the first layer that gives it wins. Callers list layers from the
 * most to the least explicit (flags or request, preset, model file); below them stands the base,
 * {@link Presets#OFFICIAL_INSTRUCT} unless another preset is named (a Thinking model wants {@link
 * Presets#OFFICIAL_THINKING}); below that every step is off. Maps and lists are one field: they
 * replace, they do not merge.
 *
 * <p>One exception: where a layer sets temperature 0, the penalties of the base do not apply (their
 * origin is then {@code greedy}). They are tuned for drawing at the base's temperature; someone who
 * asks for greedy gets the model's most likely tokens unless a layer asks for penalties, too.
 *
 * <p>A seed of -1, or none, becomes a random one from 0 to 2^32 - 1, which is reported like every
 * other field, so that a reply can be made again.
 */
public final class SamplingResolver {
  private static final String DEFAULT = "default";

  private final List<Layer> layers;
  private final List<Field> fields = new ArrayList<>();

  private SamplingResolver(List<Layer> layers) {
    this.layers = layers;
  }

  /**
   * One source of settings.
   *
   * @param origin what to call it in reports: {@code flag}, {@code preset ocr}, a file's name
   * @param values what it asks for
   */
  public record Layer(String origin, SamplingOverrides values) {
    /** The layer of a named preset. */
    public static Layer preset(Presets.Preset preset) {
      return new Layer("preset " + preset.name(), preset.overrides());
    }
  }

  /**
   * One settled field.
   *
   * @param name its request name, for example {@code top_p}
   * @param value as text
   * @param origin the layer it came from, or {@code default}, {@code greedy} or {@code random}
   */
  public record Field(String name, String value, String origin) {
    /** For example {@code temperature 0.7 (preset describe)}. */
    @Override
    public String toString() {
      return name + " " + value + " (" + origin + ")";
    }
  }

  /**
   * The outcome.
   *
   * @param sampling the settings
   * @param maxTokens most tokens to generate; -1 is until the context is full
   * @param fields every field with its origin, in a fixed order
   */
  public record Resolved(Sampling sampling, int maxTokens, List<Field> fields) {
    /** The field of this name. */
    public Field field(String name) {
      return fields.stream()
          .filter(f -> f.name().equals(name))
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException("no sampling field " + name));
    }
  }

  /** Settles the fields over the base {@link Presets#OFFICIAL_INSTRUCT}. */
  public static Resolved resolve(List<Layer> layers) {
    return resolve(layers, Presets.OFFICIAL_INSTRUCT);
  }

  /** Settles the fields over another base. */
  public static Resolved resolve(List<Layer> layers, Presets.Preset base) {
    return resolve(layers, base, () -> ThreadLocalRandom.current().nextLong(1L << 32));
  }

  /**
   * Settles the fields.
   *
   * @param layers first wins
   * @param base the layer below them
   * @param seeds asked for a seed when no layer gives one
   */
  static Resolved resolve(List<Layer> layers, Presets.Preset base, LongSupplier seeds) {
    SamplingOverrides below = base.overrides();
    boolean greedy =
        layers.stream()
            .map(layer -> layer.values().temperature())
            .filter(t -> t != null)
            .findFirst()
            .map(t -> t == 0)
            .orElse(false);
    List<Layer> all = new ArrayList<>(layers);
    if (greedy) {
      all.add(new Layer("greedy", SamplingOverrides.GREEDY));
    }
    all.add(new Layer(DEFAULT + " " + base.name(), below));
    return new SamplingResolver(all).settle(seeds);
  }

  private Resolved settle(LongSupplier seeds) {
    double temperature = pick("temperature", SamplingOverrides::temperature, 1.0);
    int topK = pick("top_k", SamplingOverrides::topK, 0);
    double topP = pick("top_p", SamplingOverrides::topP, 1.0);
    double minP = pick("min_p", SamplingOverrides::minP, 0.0);
    double typicalP = pick("typical_p", SamplingOverrides::typicalP, 1.0);
    Sampling.Penalties none = Sampling.Penalties.NONE;
    Sampling.Penalties penalties =
        new Sampling.Penalties(
            pick("repeat_penalty", SamplingOverrides::repeatPenalty, none.repeat()),
            pick("presence_penalty", SamplingOverrides::presencePenalty, none.presence()),
            pick("frequency_penalty", SamplingOverrides::frequencyPenalty, none.frequency()),
            pick("penalty_last_n", SamplingOverrides::penaltyLastN, none.lastN()));
    Sampling.Dry off = Sampling.Dry.OFF;
    Sampling.Dry dry =
        new Sampling.Dry(
            pick("dry_multiplier", SamplingOverrides::dryMultiplier, off.multiplier()),
            pick("dry_base", SamplingOverrides::dryBase, off.base()),
            pick("dry_allowed_length", SamplingOverrides::dryAllowedLength, off.allowedLength()),
            pick("dry_penalty_last_n", SamplingOverrides::dryPenaltyLastN, off.lastN()),
            pick(
                "dry_sequence_breakers",
                SamplingOverrides::drySequenceBreakers,
                off.sequenceBreakers()));
    long seed = seed(seeds);
    Map<Integer, Double> logitBias = pick("logit_bias", SamplingOverrides::logitBias, Map.of());
    boolean ignoreEos = pick("ignore_eos", SamplingOverrides::ignoreEos, false);
    int minTokens = pick("min_tokens", SamplingOverrides::minTokens, 0);
    int maxTokens = pick("max_tokens", SamplingOverrides::maxTokens, -1);
    Sampling sampling =
        Sampling.builder()
            .temperature(temperature)
            .topK(topK)
            .topP(topP)
            .minP(minP)
            .typicalP(typicalP)
            .penalties(penalties)
            .dry(dry)
            .seed(seed)
            .logitBias(logitBias)
            .ignoreEos(ignoreEos)
            .minTokens(minTokens)
            .build();
    return new Resolved(sampling, maxTokens, List.copyOf(fields));
  }

  private <T> T pick(String name, Function<SamplingOverrides, @Nullable T> get, T otherwise) {
    for (Layer layer : layers) {
      T value = get.apply(layer.values());
      if (value != null) {
        fields.add(new Field(name, text(value), layer.origin()));
        return value;
      }
    }
    fields.add(new Field(name, text(otherwise), DEFAULT));
    return otherwise;
  }

  /** The first layer that says anything decides, even where it says -1: draw a random one. */
  private long seed(LongSupplier seeds) {
    for (Layer layer : layers) {
      Long seed = layer.values().seed();
      if (seed != null && seed != -1) {
        fields.add(new Field("seed", seed.toString(), layer.origin()));
        return seed;
      }
      if (seed != null) {
        break;
      }
    }
    long seed = seeds.getAsLong();
    fields.add(new Field("seed", Long.toString(seed), "random"));
    return seed;
  }

  private static String text(Object value) {
    return switch (value) {
      case Double d -> number(d);
      case List<?> list -> {
        StringJoiner out = new StringJoiner(", ", "[", "]");
        list.forEach(element -> out.add(Quoted.of(element.toString())));
        yield out.toString();
      }
      case Map<?, ?> map -> {
        StringJoiner out = new StringJoiner(", ", "{", "}");
        new TreeMap<>(map)
            .forEach(
                (id, bias) -> out.add(id + ": " + (bias instanceof Double d ? number(d) : bias)));
        yield out.toString();
      }
      default -> value.toString();
    };
  }

  private static String number(double d) {
    if (d == Double.NEGATIVE_INFINITY) {
      return "-inf";
    }
    return d == Math.rint(d) ? Long.toString((long) d) : Double.toString(d);
  }
}
