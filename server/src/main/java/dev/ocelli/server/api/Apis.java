package dev.ocelli.server.api;

import dev.ocelli.server.http.Router;
import dev.ocelli.server.ui.WebPage;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** All APIs: an API is a class of handlers that is added here. */
public final class Apis {
  private Apis() {}

  /**
   * The routes of all APIs.
   *
   * @param slots whether {@code /slots} is answered
   * @param metrics whether {@code /metrics} is answered
   * @param page whether there is a page for people at {@code /}
   * @param adapters folder that LoRA adapters may be loaded from, or null for none
   */
  public static Router routes(
      Service service, boolean slots, boolean metrics, boolean page, @Nullable Path adapters) {
    Router router = new Router();
    ModelSelection model = new ModelSelection(service);
    router
        .add(model.before(new ChatCompletions(service).routes()))
        .add(model.before(new Responses(service).routes()))
        .add(model.before(new Extract(service).routes()))
        .add(model.before(new TextCompletions(service).routes()))
        .add(model.before(new PicturePlans(service).routes()))
        .add(model.before(new Embeddings(service).routes()))
        .add(new Models(service).routes())
        .add(new AdapterApi(service, adapters).routes())
        .add(model.before(new AnthropicApi(service).routes()))
        .add(model.before(new OllamaApi(service).routes()))
        .add(new OllamaModels(service).routes())
        .add(model.before(new LlamaCompletion(service).routes()))
        .add(model.before(new LlamaApi(service).routes()))
        .add(new LlamaStatus(service, new LlamaStatus.Exposed(slots, metrics)).routes())
        .add(new OpenApi(router).routes());
    // The page is no API: it is not described, and its files cannot hide a route.
    return page
        ? new Router().add(router.routes()).add(new WebPage(Errors::openAi).routes())
        : router;
  }
}
