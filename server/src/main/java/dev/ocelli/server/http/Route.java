package dev.ocelli.server.http;

import dev.ocelli.server.wire.Schema;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A path and what answers it.
 *
 * @param method GET, POST or DELETE
 * @param path from the root; one that ends with {@code /*} takes all paths below it
 * @param access who may use it, and when
 * @param errors how its errors are told
 * @param doc what the description says about it
 * @param handler answers; called on a virtual thread of the request
 */
public record Route(
    String method, String path, Access access, ErrorShape errors, Doc doc, Handler handler) {

  /** Who may use a route, and when. */
  public enum Access {
    /** Everybody, always: tells nothing but that the server lives. */
    OPEN,
    /** With a key where keys are required, also before the model is loaded. */
    KEY,
    /** With a key, once the model is loaded. */
    MODEL,
    /** As MODEL, and counted among the key's requests. */
    METERED
  }

  /**
   * What the description says.
   *
   * @param summary a sentence
   * @param request the body's fields, or null where there is no body
   */
  public record Doc(String summary, @Nullable Schema request) {}

  /** Answers a request. */
  @FunctionalInterface
  public interface Handler {
    /**
     * Answers.
     *
     * @throws dev.ocelli.server.wire.ApiError what the client is told
     * @throws IOException when the client cannot be written to
     */
    void handle(Exchange exchange) throws IOException, InterruptedException;
  }

  /** The same with another handler. */
  public Route with(Handler other) {
    return new Route(method, path, access, errors, doc, other);
  }

  boolean matches(String requested) {
    return path.endsWith("/*")
        ? requested.startsWith(path.substring(0, path.length() - 1))
            && requested.length() >= path.length()
        : path.equals(requested);
  }
}
