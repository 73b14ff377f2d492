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
    return router
        .add(new ChatCompletions(service).routes())
        .add(new Responses(service).routes())
        .add(new TextCompletions(service).routes())
        .add(new Models(service).routes())
        .add(new AnthropicApi(service).routes())
        .add(new OllamaApi(service).routes())
        .add(new OllamaModels(service).routes())
        .add(new LlamaCompletion(service).routes())
        .add(new LlamaApi(service, new LlamaApi.Exposed(slots, metrics)).routes())
        .add(new OpenApi(router).routes());
  }
}
