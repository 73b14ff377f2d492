package dev.ocelli.server.api;

import dev.ocelli.engine.runtime.Request;
import dev.ocelli.engine.tokenizer.Tokenizer;
import dev.ocelli.server.http.Exchange;
import dev.ocelli.server.http.Route;
import dev.ocelli.server.wire.ApiError;
import dev.ocelli.server.wire.Fields;
import dev.ocelli.server.wire.Json;
import dev.ocelli.server.wire.Schema;
import dev.ocelli.server.wire.Schema.Type;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What llama.cpp's server does with texts beside the other APIs: tokens, templates. */
final class LlamaApi {
  private static final Schema TOKENIZE =
      Schema.named("a tokenize request")
          .field("content", Type.STRING, "The text.")
          .field("parse_special", Type.BOOLEAN, "Recognise control tokens; on unless false.")
          .field("with_pieces", Type.BOOLEAN, "Give the text of each token, too.")
          .with(ModelSelection.MODEL)
          .ignored("add_special");

  private static final Schema DETOKENIZE =
      Schema.named("a detokenize request")
          .field("tokens", Type.ARRAY, "Token ids.")
          .with(ModelSelection.MODEL);

  private static final Schema TEMPLATE =
      Schema.named("an apply-template request")
          .field("messages", Type.ARRAY, "The conversation, as of a chat completion.")
          .with(ChatCompletions.CONTINUING)
          .with(ToolFields.SCHEMA)
          .with(ThinkingFields.SCHEMA)
          .with(ModelSelection.MODEL);

  private final Service service;

  LlamaApi(Service service) {
    this.service = service;
  }

  List<Route> routes() {
    List<Route> out = new ArrayList<>();
    out.add(post("/tokenize", "Text to token ids.", TOKENIZE, this::tokenize));
    out.add(post("/detokenize", "Token ids to text.", DETOKENIZE, this::detokenize));
    out.add(
        post("/apply-template", "The prompt of a conversation as text.", TEMPLATE, this::template));
    for (String path : List.of("/infill", "/rerank", "/v1/rerank")) {
      out.add(unsupported(path));
    }
    return out;
  }

  private static Route post(String path, String summary, Schema schema, Route.Handler handler) {
    return new Route(
        "POST",
        path,
        Route.Access.MODEL,
        Errors::llamaCpp,
        new Route.Doc(summary, schema),
        handler);
  }

  private static Route unsupported(String path) {
    return new Route(
        "POST",
        path,
        Route.Access.KEY,
        Errors::llamaCpp,
        new Route.Doc("Answered with 501: not supported by this model.", null),
        x -> {
          throw new ApiError(ApiError.Kind.NOT_SUPPORTED, path + " is not supported by this model");
        });
  }

  private void tokenize(Exchange x) throws IOException {
    Fields f = x.fields();
    Tokenizer tokenizer = service.model().engine().tokenizer();
    String text = f.requireString("content");
    int[] ids = f.bool("parse_special", true) ? tokenizer.encode(text) : tokenizer.encodeText(text);
    ObjectNode out = Json.object();
    ArrayNode tokens = out.putArray("tokens");
    boolean pieces = f.bool("with_pieces", false);
    for (int id : ids) {
      if (pieces) {
        piece(tokens.addObject(), id, tokenizer);
      } else {
        tokens.add(id);
      }
    }
    x.json(200, out);
  }

  /** A token's text, or its bytes where they are no whole characters. */
  private static void piece(ObjectNode out, int id, Tokenizer tokenizer) {
    out.put("id", id);
    byte[] bytes = tokenizer.vocabulary().bytes(id);
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (java.util.Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes)) {
      out.put("piece", text);
      return;
    }
    ArrayNode list = out.putArray("piece");
    for (byte b : bytes) {
      list.add(b & 0xFF);
    }
  }

  private void detokenize(Exchange x) throws IOException {
    Tokenizer tokenizer = service.model().engine().tokenizer();
    int[] ids = TokenIds.ids(x.fields().require("tokens"), "tokens", tokenizer);
    x.json(200, Json.object().put("content", tokenizer.decode(ids, true)));
  }

  private void template(Exchange x) throws IOException {
    Fields f = x.fields();
    ServedModel model = service.model();
    Conversation conversation = OpenAiMessages.read(f, RequestFields.parts(f, model));
    List<Map<String, Object>> tools = ToolFields.tools(f);
    Form form = ToolFields.form(f, tools, ThinkingFields.form(f, Form.ANY));
    if (ChatCompletions.continues(f)) {
      form = form.continuingLast();
    }
    ChatRequest chat = new ChatRequest(conversation, tools);
    Request request = model.request(chat, Generation.DEFAULTS).with(form.control());
    x.json(200, Json.object().put("prompt", model.engine().render(request).text()));
  }
}
