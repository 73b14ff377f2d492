package dev.ocelli.cli.plan;

import static dev.ocelli.engine.runtime.MemoryNeed.text;

import dev.ocelli.cli.console.FreeMemory;
import dev.ocelli.cli.console.Json;
import dev.ocelli.cli.model.LoadedModel;
import dev.ocelli.engine.quantize.Requantization;
import dev.ocelli.engine.runtime.EngineOptions;
import dev.ocelli.engine.runtime.MemoryNeed;
import dev.ocelli.engine.runtime.MemoryPlan;
import dev.ocelli.engine.runtime.MemoryUse;
import dev.ocelli.engine.vision.ImagePlan;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * What {@code plan} prints.
 *
 * @param card of the model
 * @param memory what is needed and what there is
 * @param seen pictures and clips
 * @param times estimates, or null when the machine was not measured
 * @param advice whether it fits
 * @param plan where the numbers come from
 */
record PlanReport(
    LoadedModel.Card card,
    Memory memory,
    List<PlanPictures.Seen> seen,
    @Nullable PlanTimes times,
    PlanAdvice advice,
    MemoryPlan plan) {

  /**
   * Memory that is needed and that there is.
   *
   * @param need part by part
   * @param use what it is needed for
   * @param free of this machine
   */
  record Memory(MemoryNeed need, MemoryUse use, FreeMemory free) {}

  String table() {
    StringBuilder out = new StringBuilder();
    EngineOptions options = plan.options();
    out.append(
        "%s (%s), level %s, %d threads%n%n"
            .formatted(card.file(), card.type(), card.level(), card.threads()));
    MemoryNeed n = memory.need();
    MemoryUse use = memory.use();
    row(
        out,
        "weights",
        n.weights(),
        options.loadMode().name().toLowerCase(Locale.ROOT)
            + (options.requantization() == Requantization.OFF
                ? ", "
                : ", requantized to %s, ".formatted(options.requantization()))
            + text(card.bytes())
            + " of the language model in the file");
    row(
        out,
        "keys and values",
        n.keysValues(),
        "%d x %d tokens of %s, %.1f KiB each"
            .formatted(
                use.sessions(),
                use.tokens(),
                options.cacheType().name().toLowerCase(Locale.ROOT),
                plan.keysValues(64) / 64.0 / 1024));
    row(out, "scratch", n.scratch(), "steps of up to %d tokens".formatted(options.chunk()));
    if (!seen.isEmpty()) {
      row(out, "vision", n.vision(), "activations of the largest picture, results of all");
      row(out, "decoding", n.decoding(), "pixels of the largest picture, resizing");
    }
    row(out, "program", n.program(), "Java, code, vocabulary, threads");
    row(out, "needed", n.bytes(), advice.fits() ? "fits" : "DOES NOT FIT");
    row(
        out,
        "available",
        memory.free().available(),
        "of %s%s"
            .formatted(
                text(memory.free().total()),
                memory.free().limited() ? " that the control group allows" : ""));
    row(out, "mapped", n.mapped(), "pages of the files that the system may take back");
    row(out, "caches", n.caches(), "more at most, for later requests (--cache-ram)");
    for (PlanPictures.Seen s : seen) {
      out.append('\n').append(picture(s)).append('\n');
    }
    if (times != null) {
      times(out, times);
    }
    out.append(
        "%nlargest context that fits: %s%n"
            .formatted(
                advice.largestContext() == 0
                    ? "none"
                    : "%d tokens for each of %d conversations"
                        .formatted(advice.largestContext(), use.sessions())));
    if (!advice.fits()) {
      out.append("\nto make it fit:\n");
      advice.changes().forEach(c -> out.append("  ").append(c).append('\n'));
    }
    return out.toString();
  }

  private static void row(StringBuilder out, String part, long bytes, String remark) {
    out.append("%-16s %10s  %s%n".formatted(part, text(bytes), remark));
  }

  private static String picture(PlanPictures.Seen s) {
    String scaled =
        switch (s.scaling()) {
          case NONE -> "not resized";
          case UP -> "enlarged by the model's rules, nothing is lost";
          case DOWN ->
              s.canvas().pixels() * 1.1 < s.source().pixels()
                  ? "SHRUNK by the model's limits: small details are lost"
                  : "rounded to whole tokens";
        };
    return "%s: %s -> %s, grid %d x %d x %d, %d tokens; %s"
        .formatted(
            s.name(),
            s.source(),
            s.canvas(),
            s.grid().t(),
            s.grid().h(),
            s.grid().w(),
            s.tokens(),
            scaled);
  }

  private void times(StringBuilder out, PlanTimes t) {
    out.append("\ntime (estimated from what this machine was just measured to do at most)\n");
    double sum = 0;
    for (int i = 0; i < seen.size(); i++) {
      sum += t.pictures().get(i);
      out.append("  picture %s  %.1f s%n".formatted(seen.get(i).name(), t.pictures().get(i)));
    }
    out.append("  prompt of %d tokens  %.1f s%n".formatted(t.promptTokens(), t.prompt()));
    out.append("  first token after  %.1f s%n".formatted(sum + t.prompt()));
    out.append(
        "  reply  %.1f tokens/s (memory read at %.0f GB/s)%n"
            .formatted(t.tokensPerSecond(), t.gigabytesPerSecond()));
  }

  String json() {
    return Json.line(this::write) + "\n";
  }

  private void write(JsonGenerator out) {
    MemoryNeed n = memory.need();
    out.writeStartObject();
    out.writeStringProperty("model", card.file());
    out.writeStringProperty("type", card.type());
    out.writeStringProperty("level", card.level());
    out.writeNumberProperty("threads", card.threads());
    out.writeNumberProperty("parallel", memory.use().sessions());
    out.writeNumberProperty("tokens", memory.use().tokens());
    out.writeObjectPropertyStart("memory");
    out.writeNumberProperty("weights", n.weights());
    out.writeNumberProperty("keys_values", n.keysValues());
    out.writeNumberProperty("scratch", n.scratch());
    out.writeNumberProperty("vision", n.vision());
    out.writeNumberProperty("decoding", n.decoding());
    out.writeNumberProperty("program", n.program());
    out.writeNumberProperty("needed", n.bytes());
    out.writeNumberProperty("mapped", n.mapped());
    out.writeNumberProperty("resident", n.resident());
    out.writeNumberProperty("caches", n.caches());
    out.writeNumberProperty("available", memory.free().available());
    out.writeNumberProperty("total", memory.free().total());
    out.writeBooleanProperty("limited", memory.free().limited());
    out.writeEndObject();
    out.writeArrayPropertyStart("media");
    for (int i = 0; i < seen.size(); i++) {
      media(out, seen.get(i), times == null ? Double.NaN : times.pictures().get(i));
    }
    out.writeEndArray();
    if (times != null) {
      out.writeObjectPropertyStart("times");
      out.writeNumberProperty("prompt_tokens", times.promptTokens());
      Json.rounded(out, "prompt_s", times.prompt());
      Json.rounded(out, "reply_tokens_per_s", times.tokensPerSecond());
      Json.rounded(out, "memory_gb_per_s", times.gigabytesPerSecond());
      out.writeEndObject();
    }
    out.writeBooleanProperty("fits", advice.fits());
    out.writeNumberProperty("largest_context", advice.largestContext());
    out.writeArrayPropertyStart("changes");
    advice.changes().forEach(out::writeString);
    out.writeEndArray();
    out.writeEndObject();
  }

  private static void media(JsonGenerator out, PlanPictures.Seen s, double seconds) {
    out.writeStartObject();
    out.writeStringProperty("name", s.name());
    out.writeNumberProperty("width", s.source().width());
    out.writeNumberProperty("height", s.source().height());
    out.writeNumberProperty("seen_width", s.canvas().width());
    out.writeNumberProperty("seen_height", s.canvas().height());
    out.writeName("grid_thw");
    out.writeArray(new int[] {s.grid().t(), s.grid().h(), s.grid().w()}, 0, 3);
    out.writeNumberProperty("tokens", s.tokens());
    out.writeBooleanProperty("shrunk", s.scaling() == ImagePlan.Scaling.DOWN);
    Json.rounded(out, "seconds", seconds);
    out.writeEndObject();
  }
}
