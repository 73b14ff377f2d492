package dev.ocelli.engine.record;

import dev.ocelli.engine.sampling.Sampling;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Sampling settings in a record: the steps in the order in which they work. */
final class SamplingJson {
  private static final List<String> ORDER =
      List.of(
          "logit_bias", "penalties", "dry", "top_k", "typical_p", "top_p", "min_p", "temperature");

  /** JSON has no infinity. */
  private static final String BANNED = "-inf";

  private SamplingJson() {}

  static void write(ObjectNode out, Sampling s) {
    // As a text: 64 bits are more than the numbers of JavaScript hold.
    out.put("seed", Long.toString(s.seed()));
    out.put("ignore_eos", s.ignoreEos());
    out.put("min_tokens", s.minTokens());
    ArrayNode steps = out.putArray("steps");
    ArrayNode biases = step(steps, 0).putArray("biases");
    new TreeMap<>(s.logitBias())
        .forEach((token, bias) -> {
          ObjectNode o = biases.addObject().put("token", token);
          if (Double.isInfinite(bias)) {
            o.put("bias", BANNED);
          } else {
            o.put("bias", bias);
          }
        });
    Sampling.Penalties p = s.penalties();
    step(steps, 1)
        .put("repeat", p.repeat())
        .put("frequency", p.frequency())
        .put("presence", p.presence())
        .put("last_n", p.lastN());
    Sampling.Dry d = s.dry();
    ObjectNode dry = step(steps, 2);
    dry.put("multiplier", d.multiplier())
        .put("base", d.base())
        .put("allowed_length", d.allowedLength())
        .put("last_n", d.lastN());
    ArrayNode breakers = dry.putArray("sequence_breakers");
    d.sequenceBreakers().forEach(breakers::add);
    step(steps, 3).put("k", s.topK());
    step(steps, 4).put("p", s.typicalP());
    step(steps, 5).put("p", s.topP());
    step(steps, 6).put("p", s.minP());
    step(steps, 7).put("value", s.temperature());
  }

  private static ObjectNode step(ArrayNode steps, int index) {
    return steps.addObject().put("step", ORDER.get(index));
  }

  static Sampling read(RecordFields f) {
    List<RecordFields> steps = f.objects("steps");
    List<String> names = new ArrayList<>();
    for (RecordFields s : steps) {
      names.add(s.text("step"));
    }
    if (!names.equals(ORDER)) {
      throw f.error(
          "steps", "are %s; this version samples in the order %s".formatted(names, ORDER));
    }
    Map<Integer, Double> biases = new HashMap<>();
    for (RecordFields b : steps.get(0).objects("biases")) {
      double bias = b.isText("bias", BANNED) ? Double.NEGATIVE_INFINITY : b.number("bias");
      biases.put(b.integer("token", 0, Integer.MAX_VALUE), bias);
    }
    RecordFields p = steps.get(1);
    RecordFields d = steps.get(2);
    return f.checked(() ->
        Sampling.builder()
            .seed(f.seed("seed"))
            .ignoreEos(f.bool("ignore_eos"))
            .minTokens(f.integer("min_tokens"))
            .logitBias(biases)
            .penalties(
                new Sampling.Penalties(
                    p.number("repeat"),
                    p.number("presence"),
                    p.number("frequency"),
                    p.integer("last_n")))
            .dry(
                new Sampling.Dry(
                    d.number("multiplier"),
                    d.number("base"),
                    d.integer("allowed_length"),
                    d.integer("last_n"),
                    d.texts("sequence_breakers")))
            .topK(steps.get(3).integer("k"))
            .typicalP(steps.get(4).number("p"))
            .topP(steps.get(5).number("p"))
            .minP(steps.get(6).number("p"))
            .temperature(steps.get(7).number("value"))
            .build());
  }
}
