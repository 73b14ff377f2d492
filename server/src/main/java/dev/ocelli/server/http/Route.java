package dev.ocelli.server.http;

import dev.ocelli.server.wire.Schema;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A path and what answers it.
 *
 * @param method GET, POST or DELETE
 * @param path from the root; an asterisk at its end takes all paths below, one within it a segment
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
   * @param query the query's fields, or null where it is not looked at
   */
  public record Doc(String summary, @Nullable Schema request, @Nullable Schema query) {
    /** Without a query. */
    public Doc(String summary, @Nullable Schema request) {
      this(summary, request, null);
    }
  }

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
    int star = path.indexOf('*');
    if (star < 0) {
      return path.equals(requested);
    }
    String behind = path.substring(star + 1);
    boolean fits =
        requested.length() >= path.length()
            && requested.startsWith(path.substring(0, star))
            && requested.endsWith(behind);
    return fits && (behind.isEmpty() || rest(requested).indexOf('/') < 0);
  }

  /** What stands in the place of the asterisk. */
  String rest(String requested) {
    int star = path.indexOf('*');
    return requested.substring(star, requested.length() - (path.length() - star - 1));
  }
}
