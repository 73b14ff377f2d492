package dev.ocelli.server.api;

import dev.ocelli.server.batch.BatchQueue;
import dev.ocelli.server.batch.StateStore;
import dev.ocelli.server.http.Route;
import dev.ocelli.server.http.Router;
import dev.ocelli.server.ui.WebPage;
import dev.ocelli.server.wire.ApiError;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All APIs: an API is a class of handlers that is added here. */
public final class Apis {
  private Apis() {}

  /**
   * The routes of all APIs.
   *
   * @param slots whether {@code /slots} is answered
   * @param metrics whether {@code /metrics} is answered
   * @param adapters folder that LoRA adapters may be loaded from, or null for none
   */
  public static Router routes(
      Service service, boolean slots, boolean metrics, @Nullable Path adapters) {
    Router router = new Router();
    ModelSelection model = new ModelSelection(service);
    return router
        .add(model.before(new ChatCompletions(service).routes()))
        .add(model.before(new Responses(service).routes()))
        .add(model.before(new Extract(service).routes()))
        .add(model.before(new TextCompletions(service).routes()))
        .add(model.before(new PicturePlans(service).routes()))
        .add(model.before(new PictureViews(service).routes()))
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
  }

  /**
   * All routes with a page for people at {@code /}. It is no API: it is not described, and its
   * files cannot hide a route.
   */
  public static Router withPage(Router apis) {
    return new Router().add(apis.routes()).add(new WebPage(Errors::openAi).routes());
  }

  /** The routes of files and batches, which the server keeps in a folder. */
  public static List<Route> batches(StateStore store, BatchQueue queue) {
    List<Route> out = new ArrayList<>(new FilesApi(store).routes());
    out.addAll(new BatchesApi(store, queue).routes());
    return out;
  }

  /** What stands in their place where there is no such folder. */
  public static List<Route> withoutBatches() {
    List<Route> out = new ArrayList<>();
    for (String path : List.of("/v1/files", "/v1/files/*", "/v1/batches", "/v1/batches/*")) {
      for (String method : List.of("GET", "POST", "DELETE")) {
        out.add(
            new Route(
                method,
                path,
                Route.Access.KEY,
                Errors::openAi,
                new Route.Doc("Not supported without --state-dir.", null),
                x -> {
                  throw new ApiError(
                      ApiError.Kind.NOT_SUPPORTED,
                      "this server keeps no files and batches; start it with --state-dir FOLDER");
                }));
      }
    }
    return out;
  }
}
