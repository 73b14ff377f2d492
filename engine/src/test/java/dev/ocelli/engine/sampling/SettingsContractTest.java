package dev.ocelli.engine.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.sampling.SamplingResolver.Field;
import dev.ocelli.engine.sampling.SamplingResolver.Layer;
import dev.ocelli.engine.sampling.SamplingResolver.Resolved;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where settings come from: ranges, presets, files, precedence, stop tokens. */
class SettingsContractTest {
  private static SamplingOverrides.Builder some() {
    return SamplingOverrides.builder();
  }

  private static void assertError(Kind kind, ThrowingCallable call, String message) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(OcelliException.class, e -> assertThat(e.kind()).isEqualTo(kind))
        .hasMessage(message);
  }

  private static void assertUsage(Consumer<SamplingOverrides.Builder> set, String message) {
    assertError(
        Kind.USAGE,
        () -> {
          SamplingOverrides.Builder b = some();
          set.accept(b);
          b.build();
        },
        message);
  }

  @Test
  void valuesOutOfRangeAreNamedWithTheirRange() {
    double nan = Double.NaN;
    double inf = Double.POSITIVE_INFINITY;
    assertUsage(b -> b.temperature(-0.5), "temperature is -0.5; allowed are 0 (greedy) to 100");
    assertUsage(b -> b.temperature(nan), "temperature is NaN; allowed are 0 (greedy) to 100");
    assertUsage(b -> b.temperature(inf), "temperature is Infinity; allowed are 0 (greedy) to 100");
    assertUsage(b -> b.topK(-2), "top_k is -2; allowed are 1 or more, or 0 or -1 (off)");
    assertUsage(b -> b.topP(1.01), "top_p is 1.01; allowed are 0 to 1 (1 is off)");
    assertUsage(b -> b.topP(nan), "top_p is NaN; allowed are 0 to 1 (1 is off)");
    assertUsage(b -> b.minP(-0.1), "min_p is -0.1; allowed are 0 (off) to 1");
    assertUsage(b -> b.typicalP(2.0), "typical_p is 2.0; allowed are 0 to 1 (1 is off)");
    assertUsage(
        b -> b.repeatPenalty(0.0), "repeat_penalty is 0.0; allowed are 0.01 to 100 (1 is off)");
    assertUsage(
        b -> b.presencePenalty(nan), "presence_penalty is NaN; allowed are -100 to 100 (0 is off)");
    assertUsage(
        b -> b.frequencyPenalty(inf),
        "frequency_penalty is Infinity; allowed are -100 to 100 (0 is off)");
    assertUsage(
        b -> b.penaltyLastN(-2),
        "penalty_last_n is -2; allowed are 0 (off) or more, or -1 (the whole context)");
    assertUsage(b -> b.dryMultiplier(-1.0), "dry_multiplier is -1.0; allowed are 0 (off) to 100");
    assertUsage(b -> b.dryBase(0.5), "dry_base is 0.5; allowed are 1 to 100");
    assertUsage(b -> b.dryAllowedLength(0), "dry_allowed_length is 0; allowed are 1 or more");
    assertUsage(
        b -> b.dryPenaltyLastN(-3),
        "dry_penalty_last_n is -3; allowed are 0 (off) or more, or -1 (the whole context)");
    assertUsage(
        b -> b.drySequenceBreakers(List.of("\n", "")),
        "dry_sequence_breakers holds an empty text; give texts of 1 or more bytes");
    assertUsage(
        b -> b.logitBias(Map.of(-1, 0.0)),
        "logit_bias names token -1; allowed are ids of 0 or more");
    String biasRange = "; allowed are -1000000 to 1000000, or -inf (ban the token)";
    assertUsage(b -> b.logitBias(Map.of(5, nan)), "logit_bias of token 5 is NaN" + biasRange);
    assertUsage(b -> b.logitBias(Map.of(5, inf)), "logit_bias of token 5 is Infinity" + biasRange);
    assertUsage(b -> b.minTokens(-1), "min_tokens is -1; allowed are 0 or more");
    assertUsage(
        b -> b.maxTokens(-2),
        "max_tokens is -2; allowed are 0 or more, or -1 (until the context is full)");
  }

  @Test
  void completeSettingsAreCheckedLikeLayers() {
    assertError(
        Kind.USAGE,
        () -> Sampling.builder().topP(-1).build(),
        "top_p is -1.0; allowed are 0 to 1 (1 is off)");
    assertError(
        Kind.USAGE,
        () -> new Sampling.Penalties(Double.NaN, 0, 0, 64),
        "repeat_penalty is NaN; allowed are 0.01 to 100 (1 is off)");
    assertError(
        Kind.USAGE,
        () -> new Sampling.Dry(1, 1, 1, -2, List.of()),
        "dry_penalty_last_n is -2; allowed are 0 (off) or more, or -1 (the whole context)");
  }

  @Test
  void theEndsOfTheRangesAreAllowed() {
    assertThatCode(
            () -> {
              some().temperature(0.0).topK(-1).topP(0.0).minP(1.0).typicalP(0.0).build();
              some().penaltyLastN(-1).dryBase(1.0).minTokens(0).maxTokens(-1).build();
              some().logitBias(Map.of(0, Double.NEGATIVE_INFINITY, 1, -1e6)).build();
              some().seed(Long.MIN_VALUE).drySequenceBreakers(List.of()).build();
            })
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "describe, 0.7, 0.9, 1.1, 1024",
    "ocr, 0.1, 0.5, 1.0, 512",
    "creative, 1.0, 0.95, 1.05, 2048",
    "factqa, 0.5, 0.8, 1.15, 512"
  })
  void taskPresets(String name, double temperature, double topP, double repeat, int maxTokens) {
    Presets.Preset preset = Presets.named(name);
    Resolved r = SamplingResolver.resolve(List.of(Layer.preset(preset)));
    assertThat(r.sampling().temperature()).isEqualTo(temperature);
    assertThat(r.sampling().topP()).isEqualTo(topP);
    assertThat(r.sampling().penalties()).isEqualTo(new Sampling.Penalties(repeat, 0, 0, 64));
    assertThat(r.sampling().topK()).isEqualTo(20); // not theirs: from below
    assertThat(r.maxTokens()).isEqualTo(maxTokens).isEqualTo(preset.maxTokens());
  }

  @ParameterizedTest
  @CsvSource({
    "official-instruct, 0.7, 0.8, 20, 1.5, 16384",
    "official-thinking, 1.0, 0.95, 20, 0.0, 40960",
    "official-text, 1.0, 1.0, 40, 2.0, 32768"
  })
  void officialPresets(
      String name, double temperature, double topP, int topK, double presence, int maxTokens) {
    Presets.Preset preset = Presets.named(name);
    Resolved r = SamplingResolver.resolve(List.of(), preset);
    assertThat(r.sampling())
        .isEqualTo(
            Sampling.builder()
                .temperature(temperature)
                .topP(topP)
                .topK(topK)
                .penalties(new Sampling.Penalties(1, presence, 0, 64))
                .seed(r.sampling().seed())
                .build());
    assertThat(r.maxTokens()).isEqualTo(maxTokens);
  }

  @Test
  void anUnknownPresetListsTheNames() {
    String names =
        "describe, ocr, creative, factqa, official-instruct, official-thinking, official-text";
    assertThat(String.join(", ", Presets.all().stream().map(Presets.Preset::name).toList()))
        .isEqualTo(names);
    assertError(
        Kind.USAGE,
        () -> Presets.named("descibe"),
        "there is no preset \"descibe\"; did you mean describe? The presets are " + names);
    assertError(
        Kind.USAGE,
        () -> Presets.named("official-instuct"),
        "there is no preset \"official-instuct\"; did you mean official-instruct? The presets are "
            + names);
    assertError(
        Kind.USAGE,
        () -> Presets.named("zzzzzzzzzz"),
        "there is no preset \"zzzzzzzzzz\"; the presets are " + names);
    assertError(
        Kind.USAGE,
        () -> Presets.named("a\nb" + "z".repeat(1000)),
        "there is no preset \"a\\nb" + "z".repeat(77) + "...\"; the presets are " + names);
  }

  @Test
  void everyFieldComesFromTheFirstLayerThatGivesIt() {
    SamplingOverrides flags = some().temperature(0.25).seed(7L).build();
    SamplingOverrides file = some().temperature(0.9).topP(0.6).topK(5).minP(0.05).build();
    Resolved r =
        SamplingResolver.resolve(
            List.of(
                new Layer("flag", flags),
                Layer.preset(Presets.DESCRIBE),
                new Layer("m.gguf", file)));
    assertThat(r.fields().stream().map(Field::toString).toList())
        .containsExactly(
            "temperature 0.25 (flag)",
            "top_k 5 (m.gguf)",
            "top_p 0.9 (preset describe)",
            "min_p 0.05 (m.gguf)",
            "typical_p 1 (default)",
            "repeat_penalty 1.1 (preset describe)",
            "presence_penalty 0 (preset describe)",
            "frequency_penalty 0 (preset describe)",
            "penalty_last_n 64 (default)",
            "dry_multiplier 0 (default)",
            "dry_base 1.75 (default)",
            "dry_allowed_length 2 (default)",
            "dry_penalty_last_n -1 (default)",
            "dry_sequence_breakers [\"\\n\", \":\", \"\\\"\", \"*\"] (default)",
            "seed 7 (flag)",
            "logit_bias {} (default)",
            "ignore_eos false (default)",
            "min_tokens 0 (default)",
            "max_tokens 1024 (preset describe)");
    assertThat(r.field("top_k")).isEqualTo(new Field("top_k", "5", "m.gguf"));
    assertThat(r.sampling().temperature()).isEqualTo(0.25);
    assertThat(r.sampling().topK()).isEqualTo(5);
    assertThat(r.sampling().seed()).isEqualTo(7);
  }

  @Test
  void everyFieldOfALayerArrives() {
    SamplingOverrides all =
        some()
            .temperature(0.3)
            .topK(3)
            .topP(0.31)
            .minP(0.32)
            .typicalP(0.33)
            .repeatPenalty(1.2)
            .presencePenalty(0.34)
            .frequencyPenalty(0.35)
            .penaltyLastN(36)
            .dryMultiplier(0.37)
            .dryBase(1.38)
            .dryAllowedLength(39)
            .dryPenaltyLastN(40)
            .drySequenceBreakers(List.of("\t", "\u0001"))
            .seed(41L)
            .logitBias(Map.of(12, Double.NEGATIVE_INFINITY, 2, 4.5))
            .ignoreEos(true)
            .minTokens(42)
            .maxTokens(43)
            .build();
    Resolved r = SamplingResolver.resolve(List.of(new Layer("request", all)));
    assertThat(r.sampling())
        .isEqualTo(
            new Sampling(
                0.3,
                3,
                0.31,
                0.32,
                0.33,
                new Sampling.Penalties(1.2, 0.34, 0.35, 36),
                new Sampling.Dry(0.37, 1.38, 39, 40, List.of("\t", "\u0001")),
                41,
                Map.of(12, Double.NEGATIVE_INFINITY, 2, 4.5),
                true,
                42));
    assertThat(r.maxTokens()).isEqualTo(43);
    assertThat(r.fields()).allMatch(f -> f.origin().equals("request"));
    assertThat(r.field("logit_bias").value()).isEqualTo("{2: 4.5, 12: -inf}");
    assertThat(r.field("dry_sequence_breakers").value()).isEqualTo("[\"\\t\", \"\\u0001\"]");
  }

  @Test
  void nothingAskedForIsOfficialInstruct() {
    Resolved r = SamplingResolver.resolve(List.of());
    assertThat(r.field("temperature").toString())
        .isEqualTo("temperature 0.7 (default official-instruct)");
    assertThat(r.sampling().penalties().presence()).isEqualTo(1.5);
    assertThat(r.maxTokens()).isEqualTo(16384);
  }

  @Test
  void anAbsentSeedIsRandomAndReported() {
    Resolved r = SamplingResolver.resolve(List.of(), Presets.OFFICIAL_INSTRUCT, () -> 1234567);
    assertThat(r.sampling().seed()).isEqualTo(1234567);
    assertThat(r.field("seed").toString()).isEqualTo("seed 1234567 (random)");
    Layer random = new Layer("flag", some().seed(-1L).build());
    Layer file = new Layer("file", some().seed(5L).build());
    assertThat(
            SamplingResolver.resolve(List.of(random, file), Presets.OCR, () -> 9)
                .field("seed")
                .toString())
        .isEqualTo("seed 9 (random)");
    assertThat(SamplingResolver.resolve(List.of()).sampling().seed()).isBetween(0L, (1L << 32) - 1);
  }

  @Test
  void temperatureZeroIsPlainGreedyUnlessPenaltiesAreAskedFor() {
    Layer flag = new Layer("flag", some().temperature(0.0).build());
    Resolved plain = SamplingResolver.resolve(List.of(flag));
    assertThat(plain.sampling().penalties()).isEqualTo(Sampling.Penalties.NONE);
    assertThat(plain.field("presence_penalty").toString()).isEqualTo("presence_penalty 0 (greedy)");
    assertThat(plain.field("temperature").origin()).isEqualTo("flag");
    Layer asked = new Layer("m.gguf", some().presencePenalty(0.5).temperature(1.0).build());
    Resolved penalised = SamplingResolver.resolve(List.of(flag, asked));
    assertThat(penalised.field("presence_penalty").toString())
        .isEqualTo("presence_penalty 0.5 (m.gguf)");
    // A lower layer's 0 that a higher one overrides does not make it greedy.
    Layer warm = new Layer("flag", some().temperature(0.4).build());
    Resolved drawn =
        SamplingResolver.resolve(List.of(warm, new Layer("nano", SamplingOverrides.GREEDY)));
    assertThat(drawn.sampling().temperature()).isEqualTo(0.4);
    assertThat(drawn.field("presence_penalty").origin()).isEqualTo("nano");
  }

  @Test
  void theGreedyLayerIsTheModelsMostLikelyToken() {
    Resolved r = SamplingResolver.resolve(List.of(new Layer("nano", SamplingOverrides.GREEDY)));
    Sampling s = r.sampling();
    assertThat(s.temperature()).isZero();
    assertThat(s.penalties()).isEqualTo(Sampling.Penalties.NONE);
    assertThat(s.dry()).isEqualTo(Sampling.Dry.OFF);
    assertThat(r.field("temperature").toString()).isEqualTo("temperature 0 (nano)");
  }

  @Test
  void ggufDefaultsAreRead() {
    Map<String, Object> metadata = new HashMap<>();
    metadata.put("general.sampling.temp", 0.7f);
    metadata.put("general.sampling.top_k", 20);
    metadata.put("general.sampling.top_p", (double) 0.8f);
    metadata.put("general.sampling.min_p", 0.0f);
    metadata.put("general.sampling.penalty_repeat", 1.05f);
    metadata.put("general.sampling.penalty_last_n", 128L);
    metadata.put("general.sampling.penalty_freq", 0.25f);
    metadata.put("general.sampling.penalty_present", 1.5);
    metadata.put("general.sampling.mirostat", 0);
    FileDefaults d = FileDefaults.fromGguf("m.gguf", metadata::get);
    assertThat(d.overrides())
        .isEqualTo(
            some()
                .temperature(0.7)
                .topK(20)
                .topP(0.8)
                .minP(0.0)
                .repeatPenalty(1.05)
                .penaltyLastN(128)
                .frequencyPenalty(0.25)
                .presencePenalty(1.5)
                .build());
    assertThat(d.ignored()).isEmpty();
    assertThat(FileDefaults.fromGguf("m.gguf", key -> null).overrides())
        .isEqualTo(SamplingOverrides.NONE);
  }

  @Test
  void generationConfigDefaultsAreRead() {
    Map<String, Object> config =
        Map.of(
            "do_sample",
            true,
            "temperature",
            0.7,
            "top_k",
            20,
            "top_p",
            0.8,
            "typical_p",
            1.0,
            "repetition_penalty",
            1.0,
            "max_new_tokens",
            2048,
            "min_new_tokens",
            3,
            "num_beams",
            1);
    FileDefaults d = FileDefaults.fromGenerationConfig("generation_config.json", config::get);
    assertThat(d.overrides())
        .isEqualTo(
            some()
                .temperature(0.7)
                .topK(20)
                .topP(0.8)
                .typicalP(1.0)
                .repeatPenalty(1.0)
                .maxTokens(2048)
                .minTokens(3)
                .build());
    assertThat(d.ignored()).isEmpty();
    Map<String, Object> greedy = Map.of("do_sample", false, "temperature", 0.7);
    assertThat(FileDefaults.fromGenerationConfig("g.json", greedy::get).overrides().temperature())
        .isZero();
  }

  @Test
  void whatIsNotAppliedIsReported() {
    Map<String, Object> gguf =
        Map.of(
            "general.sampling.sequence",
            "top_k;top_p",
            "general.sampling.xtc_probability",
            0.5f,
            "general.sampling.mirostat",
            2);
    assertThat(FileDefaults.fromGguf("m.gguf", gguf::get).ignored())
        .containsExactly(
            "m.gguf: general.sampling.sequence = \"top_k;top_p\" is not supported and not applied",
            "m.gguf: general.sampling.xtc_probability = 0.5 is not supported and not applied",
            "m.gguf: general.sampling.mirostat = 2 is not supported and not applied");
    Map<String, Object> config = Map.of("num_beams", 4, "no_repeat_ngram_size", 3);
    assertThat(FileDefaults.fromGenerationConfig("g.json", config::get).ignored())
        .containsExactly(
            "g.json: num_beams = 4 is not supported and not applied",
            "g.json: no_repeat_ngram_size = 3 is not supported and not applied");
  }

  @Test
  void wrongValuesOfFilesNameFileAndKey() {
    String mend = "; correct this value in the file";
    assertError(
        Kind.MODEL,
        () -> FileDefaults.fromGguf("m.gguf", Map.of("general.sampling.temp", -1f)::get),
        "m.gguf: general.sampling.temp is -1.0, which cannot be used: temperature is -1.0; allowed"
            + " are 0 (greedy) to 100"
            + mend);
    assertError(
        Kind.MODEL,
        () -> FileDefaults.fromGguf("m.gguf", Map.of("general.sampling.top_k", 2.5f)::get),
        "m.gguf: general.sampling.top_k is 2.5, not a whole number that fits 32 bits" + mend);
    assertError(
        Kind.MODEL,
        () -> FileDefaults.fromGguf("m.gguf", Map.of("general.sampling.top_k", 1L << 40)::get),
        "m.gguf: general.sampling.top_k is 1099511627776, not a whole number that fits 32 bits"
            + mend);
    assertError(
        Kind.MODEL,
        () -> FileDefaults.fromGguf("m.gguf", Map.of("general.sampling.top_p", "0.8")::get),
        "m.gguf: general.sampling.top_p is \"0.8\", which cannot be used: top_p is NaN; allowed are 0"
            + " to 1 (1 is off)"
            + mend);
  }

  @Test
  void stopTokensOfGgufFilesAndOfTheFamily() {
    Map<String, Integer> vocabulary = Map.of("<|im_end|>", 90, "<|endoftext|>", 88);
    Map<String, Object> metadata =
        Map.of("tokenizer.ggml.eos_token_id", 90L, "tokenizer.ggml.eot_token_id", 7);
    StopRules rules =
        StopRules.fromGguf("m.gguf", metadata::get, t -> vocabulary.getOrDefault(t, -1), 100);
    assertThat(rules.ids()).containsExactly(7, 88, 90);
    assertThat(rules.contains(88)).isTrue();
    assertThat(rules.contains(89)).isFalse();
    StopRules bare = StopRules.fromGguf("m.gguf", key -> null, t -> -1, 100);
    assertThat(bare.ids()).isEmpty();
  }

  @Test
  void stopTokensOfConfigFiles() {
    Map<String, Object> list = Map.of("eos_token_id", List.of(1256, 1254));
    assertThat(StopRules.fromConfig("g.json", list::get, t -> -1, 1300).ids())
        .containsExactly(1254, 1256);
    Map<String, Object> one = Map.of("eos_token_id", 3);
    assertThat(StopRules.fromConfig("g.json", one::get, t -> -1, 1300).ids()).containsExactly(3);
  }

  @Test
  void stopTokensOutsideTheVocabularyAreRefused() {
    assertError(
        Kind.MODEL,
        () ->
            StopRules.fromGguf(
                "m.gguf", Map.of("tokenizer.ggml.eos_token_id", 4294967295L)::get, t -> -1, 100),
        "m.gguf: tokenizer.ggml.eos_token_id is 4294967295, not a token id from 0 to 99; get an"
            + " intact copy of the file");
    assertError(
        Kind.MODEL,
        () ->
            StopRules.fromConfig(
                "g.json", Map.of("eos_token_id", List.of(5, "x"))::get, t -> -1, 100),
        "g.json: eos_token_id is \"x\", not a token id from 0 to 99; get an intact copy of the file");
  }
}
