package dev.ocelli.server.http;

import dev.ocelli.server.access.Caller;
import dev.ocelli.server.wire.ApiError;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Lets requests in, finds their route, and turns whatever goes wrong into an answer. */
final class ServerHandler extends Handler.Abstract {
  /** What the log says where the client went away before there was an answer. */
  private static final int CLIENT_GONE = 499;

  private final Router router;
  private final Policy policy;
  private final HttpLimits limits;
  private final BodyBudget budget;
  private final Observer observer;
  private final Failures failures;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition quiet = lock.newCondition();

  /** Requests that have no complete answer yet. */
  private int open;

  ServerHandler(
      Router router,
      Policy policy,
      HttpLimits limits,
      Observer observer,
      Function<String, ErrorShape> errors) {
    this.router = router;
    this.policy = policy;
    this.limits = limits;
    this.budget = new BodyBudget(limits.bodiesBytes());
    this.observer = observer;
    this.failures = new Failures(observer, errors);
  }

  /** Waits until every request has its answer; false when that takes longer. */
  boolean awaitQuiet(Duration patience) throws InterruptedException {
    long left = patience.toNanos();
    lock.lock();
    try {
      while (open > 0) {
        if (left <= 0) {
          return false;
        }
        left = quiet.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void opened(int more) {
    lock.lock();
    try {
      open += more;
      if (open == 0) {
        quiet.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    opened(1);
    try {
      return answered(request, response, callback);
    } finally {
      opened(-1);
    }
  }

  private boolean answered(Request request, Response response, Callback callback) {
    Instant time = Instant.now();
    long start = System.nanoTime();
    // A long reply is not an idle connection; reads and writes that stall end all the same.
    request.addIdleTimeoutListener(e -> false);
    Exchange exchange =
        new Exchange(Exchange.newId(), new JettyTransport(request, response), limits, budget);
    boolean gone = false;
    try {
      failures.guard(exchange, this::admit);
      callback.succeeded();
    } catch (IOException | InterruptedException e) {
      gone = true;
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      callback.failed(e);
    } catch (Throwable e) {
      // The answer had begun when it failed: all that is left is to break it off.
      callback.failed(e);
    } finally {
      exchange.finish();
      double millis = (System.nanoTime() - start) / 1e6;
      observer.access(record(exchange, time, millis, gone && !exchange.committed()));
    }
    return true;
  }

  private static AccessRecord record(Exchange x, Instant time, double millis, boolean gone) {
    Caller caller = x.callerIfKnown();
    Route route = x.routeIfKnown();
    return new AccessRecord(
        time,
        x.id(),
        caller == null || caller.name().isEmpty() ? x.address() : caller.name(),
        x.method(),
        x.path(),
        route == null ? "" : route.path(),
        gone ? CLIENT_GONE : x.status(),
        millis,
        x.usageIfKnown());
  }

  private void admit(Exchange x) throws IOException, InterruptedException {
    x.responseHeader("x-request-id", x.id());
    String origin = x.header("Origin");
    if (origin != null) {
      checkOrigin(x, origin);
      if (x.method().equals("OPTIONS")) {
        x.responseHeader("Access-Control-Allow-Methods", "GET, POST, DELETE, OPTIONS");
        String headers = x.header("Access-Control-Request-Headers");
        x.responseHeader(
            "Access-Control-Allow-Headers",
            headers == null ? "Authorization, Content-Type, X-Api-Key" : headers);
        x.responseHeader("Access-Control-Max-Age", "600");
        x.send(204, "text/plain", new byte[0]);
        return;
      }
    }
    if (policy.localOnly() && !Origins.namesThisMachine(x.header("Host"))) {
      throw new ApiError(
          ApiError.Kind.FORBIDDEN,
          "the request is for the host '%s', which is not this machine; without API keys only localhost is answered"
              .formatted(x.header("Host")));
    }
    Route route = router.find(x.method(), x.path());
    x.route(route);
    x.caller(route.access() == Route.Access.OPEN ? Caller.anonymous(x.address()) : caller(x));
    if (route.access() == Route.Access.MODEL || route.access() == Route.Access.METERED) {
      requireModel();
    }
    if (route.access() == Route.Access.METERED) {
      x.caller().meter().request();
    }
    route.handler().handle(x);
  }

  private void checkOrigin(Exchange x, String origin) {
    if (!policy.origins().allows(origin)) {
      throw new ApiError(
          ApiError.Kind.FORBIDDEN,
          "pages of %s may not use this server; allow them with --cors-origins".formatted(origin));
    }
    x.responseHeader("Access-Control-Allow-Origin", origin);
    x.responseHeader(
        "Access-Control-Expose-Headers", "x-request-id, Retry-After, X-Ocelli-History");
    x.responseHeader(HttpHeader.VARY.asString(), "Origin");
  }

  private Caller caller(Exchange x) {
    if (!policy.keys().required()) {
      return Caller.anonymous(x.address());
    }
    String secret = secret(x);
    Caller caller = secret == null ? null : policy.keys().find(secret);
    if (caller == null) {
      throw new ApiError(
              ApiError.Kind.UNAUTHORIZED,
              secret == null
                  ? "an API key is needed; send it as 'Authorization: Bearer KEY' or 'X-Api-Key: KEY'"
                  : "the API key is not known here")
          .code("invalid_api_key");
    }
    return caller;
  }

  private static @Nullable String secret(Exchange x) {
    String bearer = x.header("Authorization");
    if (bearer != null && bearer.regionMatches(true, 0, "Bearer ", 0, 7)) {
      return bearer.substring(7).strip();
    }
    return x.header("X-Api-Key");
  }

  private void requireModel() {
    if (policy.closing().getAsBoolean()) {
      throw new ApiError(ApiError.Kind.UNAVAILABLE, "the server is shutting down").retryAfter(10);
    }
    if (!policy.ready().getAsBoolean()) {
      throw new ApiError(ApiError.Kind.UNAVAILABLE, "Loading model").retryAfter(2);
    }
  }
}
