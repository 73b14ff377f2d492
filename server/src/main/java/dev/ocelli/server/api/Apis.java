package dev.ocelli.server.api;

import dev.ocelli.server.http.Router;

/** All APIs: an API is a class of handlers that is added here. */
public final class Apis {
  private Apis() {}

  /**
   * The routes of all APIs.
   *
   * @param slots whether {@code /slots} is answered
   * @param metrics whether {@code /metrics} is answered
   */
  public static Router routes(Service service, boolean slots, boolean metrics) {
    Router router = new Router();
    ModelSelection model = new ModelSelection(service);
    return router
        .add(model.before(new ChatCompletions(service).routes()))
        .add(model.before(new Responses(service).routes()))
        .add(model.before(new Extract(service).routes()))
        .add(model.before(new TextCompletions(service).routes()))
        .add(model.before(new Embeddings(service).routes()))
        .add(new Models(service).routes())
        .add(model.before(new AnthropicApi(service).routes()))
        .add(model.before(new OllamaApi(service).routes()))
        .add(new OllamaModels(service).routes())
        .add(model.before(new LlamaCompletion(service).routes()))
        .add(model.before(new LlamaApi(service).routes()))
        .add(new LlamaStatus(service, new LlamaStatus.Exposed(slots, metrics)).routes())
        .add(new OpenApi(router).routes());
  }
}
