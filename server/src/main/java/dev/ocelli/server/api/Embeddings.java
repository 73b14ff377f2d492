package dev.ocelli.server.api;

import dev.ocelli.engine.runtime.Embedding;
import dev.ocelli.engine.runtime.Pooling;
import dev.ocelli.engine.runtime.Prepared;
import dev.ocelli.engine.tokenizer.Tokenizer;
import dev.ocelli.server.http.ErrorShape;
import dev.ocelli.server.http.Exchange;
import dev.ocelli.server.http.Route;
import dev.ocelli.server.wire.ApiError;
import dev.ocelli.server.wire.Fields;
import dev.ocelli.server.wire.Json;
import dev.ocelli.server.wire.Schema;
import dev.ocelli.server.wire.Schema.Type;
import dev.ocelli.server.work.Outcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Embeddings as OpenAI's, Ollama's and llama.cpp's clients ask for them: the final hidden states of
 * a text, pooled. The model was trained to generate, not to embed; every answer says so.
 */
final class Embeddings {
  /** OpenAI's limit. */
  private static final int MOST_INPUTS = 2048;

  private static final String NOTE =
      "%s of the final hidden states of a generative model; not a trained embedding model";

  private static final Schema POOLING =
      Schema.named("pooling")
          .field("pooling", Type.STRING, "mean of all tokens' states (default), or last.")
          .with(ModelSelection.MODEL)
          .with(AdapterFields.SCHEMA);

  private static final Schema OPEN_AI =
      Schema.named("an embeddings request")
          .field("input", Type.ANY, "A text, an array of tokens, or an array of either.")
          .field(
              "messages",
              Type.ARRAY,
              "In the place of input: a conversation, pictures included, as of a chat completion.")
          .field("encoding_format", Type.STRING, "float (default) or base64.")
          .field(
              "dimensions",
              Type.INTEGER,
              "Not supported but for the model's own width: what is cut off would be missing.")
          .with(POOLING)
          .ignored("user");

  private static final Schema OLLAMA =
      Schema.named("an embed request")
          .field("input", Type.ANY, "A text, or an array of texts.")
          .field("dimensions", Type.INTEGER, "Not supported but for the model's own width.")
          .with(POOLING)
          .with(OllamaFields.KEEP_ALIVE)
          .ignored("truncate", "options");

  private static final Schema OLD_OLLAMA =
      Schema.named("an embeddings request")
          .field("prompt", Type.STRING, "A text.")
          .with(POOLING)
          .with(OllamaFields.KEEP_ALIVE)
          .ignored("options");

  private static final Schema LLAMA =
      Schema.named("an embedding request")
          .field("content", Type.ANY, "A text, an array of tokens, or an array of either.")
          .field("input", Type.ANY, "The same by its other name.")
          .field(
              "embd_normalize",
              Type.INTEGER,
              "2 (default): to length 1; -1: as it is. Others are not supported.")
          .with(POOLING);

  private final Service service;

  Embeddings(Service service) {
    this.service = service;
  }

  List<Route> routes() {
    List<Route> out = new ArrayList<>();
    String openAi = "Pooled hidden states of texts (OpenAI).";
    out.add(post("/v1/embeddings", Errors::openAi, openAi, OPEN_AI, this::openAi));
    String ollama = "Pooled hidden states of texts (Ollama).";
    out.add(post("/api/embed", Errors::ollama, ollama, OLLAMA, this::ollama));
    String old = "Pooled hidden states of a text (Ollama's older form).";
    out.add(post("/api/embeddings", Errors::ollama, old, OLD_OLLAMA, this::oldOllama));
    String llama = "Pooled hidden states of texts (llama.cpp).";
    for (String path : List.of("/embedding", "/embeddings")) {
      out.add(post(path, Errors::llamaCpp, llama, LLAMA, this::llama));
    }
    return out;
  }

  private static Route post(
      String path, ErrorShape errors, String summary, Schema schema, Route.Handler handler) {
    return new Route(
        "POST", path, Route.Access.METERED, errors, new Route.Doc(summary, schema), handler);
  }

  private static Pooling pooling(Fields f) {
    String said = f.string("pooling", "mean");
    return switch (said) {
      case "mean" -> Pooling.MEAN;
      case "last" -> Pooling.LAST;
      default -> throw f.error("pooling", "is '%s'; use mean or last".formatted(said));
    };
  }

  private static String note(Pooling pooling) {
    return NOTE.formatted(pooling.name().toLowerCase(Locale.ROOT));
  }

  /** Has the states of prompts computed, one after the other by one slot. */
  private List<Outcome> embed(Exchange x, List<Prepared> prompts, Pooling pooling)
      throws IOException, InterruptedException {
    ServedModel model = service.model();
    x.responseHeader("X-Ocelli-Embedding", note(pooling));
    return service
        .replies()
        .make(x, model.slots(), model.planEmbeddings(prompts, pooling), ReplyWriter.NONE);
  }

  private static Embedding embedding(Outcome outcome) {
    return Objects.requireNonNull(outcome.embedding());
  }

  private static int promptTokens(List<Outcome> outcomes) {
    return outcomes.stream().mapToInt(o -> o.reply().promptTokens()).sum();
  }

  /** Texts are taken as they are: no chat template, and nothing in them is a control token. */
  private List<Prepared> texts(JsonNode node, String where) {
    Tokenizer tokenizer = service.model().engine().tokenizer();
    List<Prepared> out = new ArrayList<>();
    for (int[] ids : TokenIds.texts(node, where, MOST_INPUTS, tokenizer)) {
      if (ids.length == 0) {
        throw ApiError.field(where, "has an empty text; there is nothing to embed");
      }
      out.add(service.model().engine().prepare(ids));
    }
    return out;
  }

  private void requireOwnWidth(Fields f) {
    int width = service.model().engine().files().config().text().hidden();
    if (f.integer("dimensions", width, 1, Integer.MAX_VALUE) != width) {
      throw f.error(
          "dimensions",
          "is %d, but the model's states have %d values and none may be missing: it was not trained for shorter ones; leave it out"
              .formatted(f.integer("dimensions"), width));
    }
  }

  private void openAi(Exchange x) throws IOException, InterruptedException {
    Fields f = x.fields();
    requireOwnWidth(f);
    String format = f.string("encoding_format", "float");
    if (!format.equals("float") && !format.equals("base64")) {
      throw f.error("encoding_format", "is '%s'; use float or base64".formatted(format));
    }
    if (f.has("input") == f.has("messages")) {
      throw f.error("input", "is missing; give input, or messages, but not both");
    }
    Pooling pooling = pooling(f);
    List<Prepared> prompts =
        f.has("input") ? texts(f.require("input"), "input") : List.of(conversation(f));
    List<Outcome> outcomes = embed(x, prompts, pooling);
    ObjectNode out = Json.object();
    out.put("object", "list");
    ArrayNode data = out.putArray("data");
    for (Outcome o : outcomes) {
      ObjectNode item = data.addObject();
      item.put("object", "embedding");
      item.put("index", data.size() - 1);
      float[] values = embedding(o).normalized();
      if (format.equals("base64")) {
        item.put("embedding", base64(values));
      } else {
        item.set("embedding", array(values));
      }
    }
    out.put("model", service.model().name());
    int tokens = promptTokens(outcomes);
    out.putObject("usage").put("prompt_tokens", tokens).put("total_tokens", tokens);
    out.put("pooling", pooling.name().toLowerCase(Locale.ROOT));
    out.put("note", note(pooling));
    x.json(200, out);
  }

  private Prepared conversation(Fields f) {
    ServedModel model = service.model();
    Conversation read = OpenAiMessages.read(f, new MediaParts(model, null));
    ChatRequest chat = new ChatRequest(read.messages(), read.media(), List.of());
    return model.engine().preparePrompt(model.request(chat, Generation.DEFAULTS));
  }

  private static String base64(float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  private static ArrayNode array(float[] values) {
    ArrayNode out = Json.array();
    for (float v : values) {
      out.add(v);
    }
    return out;
  }

  private void ollama(Exchange x) throws IOException, InterruptedException {
    long start = System.nanoTime();
    Fields f = x.fields();
    requireOwnWidth(f);
    Pooling pooling = pooling(f);
    List<Outcome> outcomes = embed(x, texts(f.require("input"), "input"), pooling);
    ObjectNode out = Json.object();
    out.put("model", service.model().name());
    ArrayNode list = out.putArray("embeddings");
    outcomes.forEach(o -> list.add(array(embedding(o).normalized())));
    out.put("total_duration", System.nanoTime() - start);
    out.put("load_duration", 0);
    out.put("prompt_eval_count", promptTokens(outcomes));
    out.put("note", note(pooling));
    x.json(200, out);
  }

  private void oldOllama(Exchange x) throws IOException, InterruptedException {
    Fields f = x.fields();
    Pooling pooling = pooling(f);
    List<Outcome> outcomes = embed(x, texts(f.require("prompt"), "prompt"), pooling);
    ObjectNode out = Json.object();
    out.set("embedding", array(embedding(outcomes.getFirst()).normalized()));
    out.put("note", note(pooling));
    x.json(200, out);
  }

  private void llama(Exchange x) throws IOException, InterruptedException {
    Fields f = x.fields();
    int normalize = f.integer("embd_normalize", 2, -1, 2);
    if (normalize != 2 && normalize != -1) {
      throw f.error("embd_normalize", "is %d; use 2 or -1".formatted(normalize));
    }
    String field = f.has("content") ? "content" : "input";
    List<Outcome> outcomes = embed(x, texts(f.require(field), field), pooling(f));
    ArrayNode out = Json.array();
    for (Outcome o : outcomes) {
      Embedding e = embedding(o);
      ObjectNode item = out.addObject();
      item.put("index", out.size() - 1);
      item.putArray("embedding").add(array(normalize == 2 ? e.normalized() : e.values()));
    }
    x.json(200, out);
  }
}
