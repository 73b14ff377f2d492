package dev.ocelli.cli.quality;

import dev.ocelli.cli.console.Json;
import dev.ocelli.cli.model.QualityText;
import dev.ocelli.engine.quality.Divergence;
import dev.ocelli.engine.quality.Estimate;
import dev.ocelli.engine.quality.Spread;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import tools.jackson.core.JsonGenerator;

/**
 * Prints the figures that {@code llama-perplexity --kl-divergence} prints.
 *
 * @param model the model's file
 * @param reference the reference's file
 */
record DivergenceReport(String model, String reference, Divergence result) {
  private static final Map<String, Double> SHARES = new LinkedHashMap<>();

  static {
    SHARES.put("Maximum", 1.0);
    SHARES.put("99.9%", 0.999);
    SHARES.put("99.0%", 0.99);
    SHARES.put("95.0%", 0.95);
    SHARES.put("90.0%", 0.9);
    SHARES.put("Median", 0.5);
    SHARES.put("10.0%", 0.1);
    SHARES.put("5.0%", 0.05);
    SHARES.put("1.0%", 0.01);
    SHARES.put("0.1%", 0.001);
    SHARES.put("Minimum", 0.0);
  }

  String table() {
    StringBuilder s = new StringBuilder();
    Divergence.Perplexities p = result.perplexity();
    title(s, "Perplexity");
    line(s, "PPL(model)", p.model(), 1, "");
    line(s, "PPL(reference)", p.reference(), 1, "");
    s.append(format("%-28s %12.2f %%\n", "Correlation of ln(PPL)s", 100 * p.correlation()));
    line(s, "ln(PPL(model)/PPL(reference))", p.logRatio(), 1, "");
    line(s, "PPL(model)/PPL(reference)", p.logRatio().exp(), 1, "");
    line(s, "PPL(model)-PPL(reference)", p.difference(), 1, "");
    title(s, "KL divergence (nats a token)");
    line(s, "Mean", result.kld(), 1, "");
    spread(s, result.klds(), 1, "");
    title(s, "Change of the right token's probability");
    line(s, "Mean", result.changes().mean(), 100, " %");
    line(s, "RMS", result.changes().rms(), 100, " %");
    spread(s, result.changes().all(), 100, " %");
    title(s, "Likeliest token");
    line(s, "Same", result.sameTop(), 100, " %");
    s.append(
        format(
            "\n%d windows of %d tokens, %d tokens predicted; %.1f s, %.1f tokens/s\n",
            result.windows(),
            result.context(),
            result.scored(),
            result.seconds(),
            result.tokensPerSecond()));
    return s.toString();
  }

  private static void title(StringBuilder s, String title) {
    s.append(s.isEmpty() ? "" : "\n").append(title).append('\n');
  }

  private static void line(StringBuilder s, String name, Estimate e, int factor, String unit) {
    s.append(format("%-28s %12.6f ± %.6f%s\n", name, factor * e.value(), factor * e.error(), unit));
  }

  private static void spread(StringBuilder s, Spread values, int factor, String unit) {
    SHARES.forEach((name, share) ->
        s.append(format("%-28s %12.6f%s\n", name, factor * values.at(share), unit)));
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  String json() {
    Divergence.Perplexities p = result.perplexity();
    return Json.line(out -> {
      out.writeStartObject();
      out.writeStringProperty("model", model);
      out.writeStringProperty("reference", reference);
      out.writeNumberProperty("n_ctx", result.context());
      out.writeNumberProperty("chunks", result.windows());
      out.writeNumberProperty("scored", result.scored());
      QualityText.estimate(out, "ppl", p.model());
      QualityText.estimate(out, "ppl_reference", p.reference());
      Json.number(out, "correlation", p.correlation());
      QualityText.estimate(out, "ln_ppl_ratio", p.logRatio());
      QualityText.estimate(out, "ppl_ratio", p.logRatio().exp());
      QualityText.estimate(out, "ppl_difference", p.difference());
      QualityText.estimate(out, "kld", result.kld());
      spread(out, "kld_percentiles", result.klds());
      QualityText.estimate(out, "probability_change", result.changes().mean());
      QualityText.estimate(out, "probability_change_rms", result.changes().rms());
      spread(out, "probability_change_percentiles", result.changes().all());
      QualityText.estimate(out, "same_top", result.sameTop());
      Json.rounded(out, "seconds", result.seconds());
      Json.rounded(out, "tokens_per_second", result.tokensPerSecond());
      out.writeEndObject();
    });
  }

  /** By name in the manner of {@code max}, {@code p99.9}, {@code median}. */
  private static void spread(JsonGenerator out, String name, Spread values) {
    out.writeObjectPropertyStart(name);
    SHARES.forEach((title, share) -> {
      String key =
          switch (title) {
            case "Maximum" -> "max";
            case "Median" -> "median";
            case "Minimum" -> "min";
            default -> "p" + title.replace("%", "");
          };
      Json.number(out, key, values.at(share));
    });
    out.writeEndObject();
  }
}
