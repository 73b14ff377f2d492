package dev.ocelli.server.work;

import dev.ocelli.server.wire.ApiError;
import java.io.IOException;

/** Asked while a request waits. */
@FunctionalInterface
public interface Patience {
  /**
   * Returns when the request is to go on waiting.
   *
   * @throws ApiError when it has taken too long
   * @throws IOException when the client has gone away
   */
  void check() throws IOException;
}
