package dev.ocelli.server.http;

import dev.ocelli.server.wire.ApiError;
import java.util.ArrayList;
import java.util.List;

/** Finds the route of a request. */
public final class Router {
  private final List<Route> routes = new ArrayList<>();

  /** Adds routes; the first that matches is taken. */
  public Router add(List<Route> more) {
    routes.addAll(more);
    return this;
  }

  /** All routes in order. */
  public List<Route> routes() {
    return List.copyOf(routes);
  }

  /**
   * The route of a request; HEAD is answered as GET.
   *
   * @throws ApiError 404 or 405
   */
  Route find(String method, String path) {
    String wanted = method.equals("HEAD") ? "GET" : method;
    List<String> other = new ArrayList<>();
    for (Route r : routes) {
      if (r.matches(path)) {
        if (r.method().equals(wanted)) {
          return r;
        }
        other.add(r.method());
      }
    }
    if (!other.isEmpty()) {
      throw new ApiError(
          ApiError.Kind.WRONG_METHOD,
          "%s takes %s, not %s".formatted(path, String.join(" and ", other), method));
    }
    throw new ApiError(
        ApiError.Kind.NOT_FOUND,
        "there is no %s; /openapi.json lists what there is".formatted(path));
  }
}
