package dev.ocelli.server.http;

import dev.ocelli.server.wire.ApiError;
import java.util.concurrent.atomic.AtomicLong;

/** How many bytes of request bodies may be in memory at once, over all connections. */
final class BodyBudget {
  private final long limit;
  private final AtomicLong used = new AtomicLong();

  BodyBudget(long limit) {
    this.limit = limit;
  }

  /**
   * Takes a share.
   *
   * @throws ApiError 503 when too much is in use
   */
  void take(long bytes) {
    if (used.addAndGet(bytes) > limit) {
      used.addAndGet(-bytes);
      throw new ApiError(
              ApiError.Kind.UNAVAILABLE,
              "too many large requests at once: bodies may take %d MiB together; try again later"
                  .formatted(limit >> 20))
          .retryAfter(5);
    }
  }

  void giveBack(long bytes) {
    used.addAndGet(-bytes);
  }
}
