package dev.ocelli.server.api;

import dev.ocelli.server.wire.ApiError;
import dev.ocelli.server.work.Metrics;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the APIs have in common.
 *
 * @param current the model, or null while it is loaded
 * @param replies makes replies
 * @param metrics counts
 */
public record Service(Supplier<@Nullable ServedModel> current, Replies replies, Metrics metrics) {

  /** The model; routes that need it are not called before it is there. */
  ServedModel model() {
    ServedModel m = current.get();
    if (m == null) {
      throw new ApiError(ApiError.Kind.UNAVAILABLE, "Loading model").retryAfter(2);
    }
    return m;
  }
}
