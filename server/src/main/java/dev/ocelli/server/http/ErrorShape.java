package dev.ocelli.server.http;

import dev.ocelli.server.wire.ApiError;
import tools.jackson.databind.JsonNode;

/** How an API tells errors. */
@FunctionalInterface
public interface ErrorShape {
  /** The body of an error. */
  JsonNode body(ApiError error);
}
