package dev.ocelli.server.api;

import dev.ocelli.engine.grammar.Constraint;
import dev.ocelli.server.wire.Fields;
import dev.ocelli.server.wire.Json;
import dev.ocelli.server.wire.Schema;
import dev.ocelli.server.wire.Schema.Type;
import tools.jackson.databind.JsonNode;

/** Fields that Ollama's chat and generate have in common. */
final class OllamaFields {
  static final Schema KEEP_ALIVE =
      Schema.named("keep_alive")
          .field(
              "keep_alive",
              Type.ANY,
              "How long the model stays loaded: seconds, or a text such as 5m; 0 unloads.");

  static final Schema COMMON =
      Schema.named("common fields")
          .with(ModelSelection.MODEL)
          .field("stream", Type.BOOLEAN, "Send the reply while it is made; on unless false.")
          .field("format", Type.ANY, "json, or a schema that the reply must fit.")
          .field("options", Type.OBJECT, "Sampling by Ollama's names.")
          .field("think", Type.BOOLEAN, "Whether to reason.")
          .field("logprobs", Type.BOOLEAN, "Report log-probabilities.")
          .field("top_logprobs", Type.INTEGER, "Alternatives to report for each token.")
          .with(Generation.CACHE)
          .with(KEEP_ALIVE)
          .with(Audit.SCHEMA)
          .ignored("truncate", "shift");

  // What says how to compute cannot change an answer; a context that is too short is an error.
  private static final Schema OPTIONS =
      Schema.named("options")
          .with(SamplingFields.SCHEMA)
          .field(
              "num_predict",
              Type.INTEGER,
              "Most tokens of the reply; -1 until the context is full.")
          .field("tfs_z", Type.NUMBER, "Not supported but for 1.")
          .field("penalize_newline", Type.BOOLEAN, "Not supported but for true.")
          .ignored(
              "num_ctx",
              "num_keep",
              "num_batch",
              "num_gpu",
              "main_gpu",
              "num_thread",
              "numa",
              "low_vram",
              "f16_kv",
              "use_mmap",
              "use_mlock",
              "vocab_only",
              "logits_all",
              "embedding_only");

  private OllamaFields() {}

  /** How the reply is to be made. */
  static Generation generation(Fields f, ServedModel model) {
    JsonNode node = f.node("options");
    Fields options = OPTIONS.read(node == null ? Json.object() : node, "options");
    options.mustBeOff("tfs_z", 1, "use top_p or min_p");
    if (!options.bool("penalize_newline", true)) {
      throw options.error("penalize_newline", "is not supported; set repeat_penalty to 1");
    }
    Form form = form(f);
    if (f.has("think")) {
      form = Thinking.form(f, "think", f.bool("think", false), model, form);
    }
    return Generation.read(options, model.engine().tokenizer(), form)
        .withLogprobs(RequestFields.topLogprobs(f))
        .withSaltOf(f);
  }

  private static Form form(Fields f) {
    JsonNode format = f.node("format");
    if (format == null || (format.isString() && format.stringValue().isEmpty())) {
      return Form.ANY;
    }
    if (format.isObject()) {
      return Form.schema(f, "format");
    }
    if (format.isString() && format.stringValue().equals("json")) {
      return Form.of(new Constraint.JsonObject(), "format");
    }
    throw f.error("format", "is %s; use json or a schema".formatted(format));
  }
}
