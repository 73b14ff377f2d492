package dev.ocelli.cli.answer;

import dev.ocelli.cli.console.Json;
import dev.ocelli.cli.console.PeakMemory;
import dev.ocelli.cli.model.Rates;
import dev.ocelli.engine.runtime.LoadReport;
import dev.ocelli.engine.runtime.Reply;
import dev.ocelli.engine.sampling.TokenLogprobs;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * A reply for machines; docs/cli.md describes every field.
 *
 * @param reply the reply
 * @param names of pictures and clips, in order
 * @param load what loading took
 * @param seed of the random numbers
 * @param piece the text of a token
 */
record ReplyJson(Reply reply, List<String> names, Load load, long seed, IntFunction<String> piece) {

  /**
   * What loading the model took.
   *
   * @param millis all of it, from the command's start
   * @param weights the part that reading and packing weights was; null when there are none
   */
  record Load(double millis, @Nullable LoadReport weights) {}

  String line() {
    return Json.line(this::write);
  }

  private void write(JsonGenerator out) {
    out.writeStartObject();
    out.writeStringProperty("text", reply.text());
    if (reply.reasoning() != null) {
      out.writeStringProperty("reasoning", reply.reasoning());
    }
    out.writeStringProperty("finish_reason", reply.finish().name().toLowerCase(Locale.ROOT));
    out.writeNumberProperty("prompt_tokens", reply.promptTokens());
    out.writeNumberProperty("reused_tokens", reply.reusedTokens());
    out.writeNumberProperty("reused_tokens_disk", reply.reused().disk());
    out.writeNumberProperty("completion_tokens", reply.tokens().size());
    if (reply.drafts().drafted() > 0) {
      out.writeNumberProperty("draft_n", reply.drafts().drafted());
      out.writeNumberProperty("draft_n_accepted", reply.drafts().accepted());
    }
    out.writeArrayPropertyStart("tokens");
    for (Reply.Token token : reply.tokens()) {
      token(out, token);
    }
    out.writeEndArray();
    out.writeArrayPropertyStart("images");
    for (int i = 0; i < reply.media().size(); i++) {
      image(out, names.get(i), reply.media().get(i));
    }
    out.writeEndArray();
    times(out);
    LoadReport weights = load.weights();
    if (weights != null) {
      load(out, weights);
    }
    out.writeNumberProperty("seed", seed);
    out.writeEndObject();
  }

  private void token(JsonGenerator out, Reply.Token token) {
    out.writeStartObject();
    out.writeNumberProperty("id", token.id());
    out.writeStringProperty("text", token.text());
    TokenLogprobs logprobs = token.logprobs();
    if (logprobs != null) {
      Json.number(out, "logprob", logprobs.logprob());
      out.writeArrayPropertyStart("top_logprobs");
      for (TokenLogprobs.Alternative other : logprobs.top()) {
        out.writeStartObject();
        out.writeNumberProperty("id", other.id());
        out.writeStringProperty("text", piece.apply(other.id()));
        Json.number(out, "logprob", other.logprob());
        out.writeEndObject();
      }
      out.writeEndArray();
    }
    out.writeEndObject();
  }

  private static void image(JsonGenerator out, String name, Reply.MediaUse use) {
    out.writeStartObject();
    out.writeStringProperty("file", name);
    out.writeNumberProperty("width", use.width());
    out.writeNumberProperty("height", use.height());
    out.writeNumberProperty("resized_width", use.resizedWidth());
    out.writeNumberProperty("resized_height", use.resizedHeight());
    out.writeArrayPropertyStart("grid_thw");
    out.writeNumber(use.grid().t());
    out.writeNumber(use.grid().h());
    out.writeNumber(use.grid().w());
    out.writeEndArray();
    out.writeNumberProperty("tokens", use.tokens());
    out.writeBooleanProperty("cached", use.cached());
    if (use.cached()) {
      out.writeStringProperty("cached_in", use.origin().name().toLowerCase(Locale.ROOT));
    }
    out.writeEndObject();
  }

  private static void load(JsonGenerator out, LoadReport report) {
    out.writeObjectPropertyStart("load");
    out.writeStringProperty("mode", report.mode().name().toLowerCase(Locale.ROOT));
    LoadReport.Arithmetic arithmetic = report.arithmetic();
    out.writeStringProperty("level", arithmetic.level());
    out.writeStringProperty("vision_precision", arithmetic.visionBfloat16() ? "bf16" : "f32");
    out.writeBooleanProperty("exact", arithmetic.exact());
    out.writeNumberProperty("file_bytes", report.fileBytes());
    out.writeNumberProperty("packed_bytes", report.packedBytes());
    out.writeNumberProperty("locked_bytes", report.lockedBytes());
    Json.rounded(out, "seconds", report.seconds());
    Json.rounded(out, "gigabytes_per_second", report.gigabytesPerSecond());
    out.writeNumberProperty("peak_resident_bytes", PeakMemory.bytes());
    out.writeEndObject();
  }

  private void times(JsonGenerator out) {
    Reply.Timings t = reply.timings();
    out.writeObjectPropertyStart("timings");
    Json.rounded(out, "load", load.millis());
    Json.rounded(out, "cache", t.cache());
    Json.rounded(out, "decode_image", t.decodeImage());
    Json.rounded(out, "preprocess", t.preprocess());
    Json.rounded(out, "encode", t.encode());
    Json.rounded(out, "prompt", t.prompt());
    Json.rounded(out, "generate", t.generate());
    out.writeEndObject();
    Rates rates = Rates.of(reply);
    out.writeObjectPropertyStart("rates");
    Json.rounded(out, "image_tokens_per_second", rates.image());
    Json.rounded(out, "prompt_tokens_per_second", rates.prompt());
    Json.rounded(out, "generate_tokens_per_second", rates.generate());
    out.writeEndObject();
  }
}
