package dev.ocelli.server.api;

import dev.ocelli.server.wire.ApiError;
import dev.ocelli.server.work.Metrics;
import dev.ocelli.server.work.ModelPool;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the APIs have in common.
 *
 * @param current the models, or null while the server has none yet
 * @param loading how far the server's own model is while there are none; null where nothing is
 *     known
 * @param replies makes replies
 * @param metrics counts
 */
public record Service(
    Supplier<@Nullable ModelCatalog> current,
    Supplier<ModelPool.@Nullable Loading> loading,
    Replies replies,
    Metrics metrics) {

  /** The model of the running request; for routes that {@link ModelSelection} has prepared. */
  ServedModel model() {
    return ModelSelection.current();
  }

  /** All models; routes that need one are not called before there are any. */
  ModelCatalog catalog() {
    ModelCatalog c = current.get();
    if (c == null) {
      throw new ApiError(ApiError.Kind.UNAVAILABLE, "Loading model").retryAfter(2);
    }
    return c;
  }
}
