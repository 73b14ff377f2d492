package dev.ocelli.server.api;

import dev.ocelli.server.wire.ApiError;
import dev.ocelli.server.work.Metrics;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the APIs have in common.
 *
 * @param current the models, or null while the server has none yet
 * @param replies makes replies
 * @param metrics counts
 */
public record Service(Supplier<@Nullable ModelCatalog> current, Replies replies, Metrics metrics) {

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
