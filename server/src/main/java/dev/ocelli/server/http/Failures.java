package dev.ocelli.server.http;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.server.wire.ApiError;
import java.io.IOException;
import java.util.function.Function;
import org.eclipse.jetty.http.HttpException;

/**
 * Turns whatever goes wrong into an answer.
 *
 * @param observer is told of faults of the program
 * @param errors how errors of a path are told that no route has
 */
record Failures(Observer observer, Function<String, ErrorShape> errors) {

  /** Answers a request; whatever that throws becomes the answer. */
  void guard(Exchange x, Route.Handler handler) throws IOException, InterruptedException {
    try {
      handler.handle(x);
    } catch (ApiError e) {
      tell(x, e);
    } catch (OcelliException e) {
      tell(x, ApiError.of(e));
    } catch (IOException | InterruptedException e) {
      throw e;
    } catch (OutOfMemoryError e) {
      tell(
          x,
          new ApiError(
                  ApiError.Kind.UNAVAILABLE,
                  "the server's memory does not suffice for this request; send less, or try again later")
              .retryAfter(10));
    } catch (Throwable e) {
      if (e instanceof HttpException bad) {
        tell(x, new ApiError(ApiError.Kind.INVALID, String.valueOf(bad.getReason())));
        return;
      }
      observer.fault(x.id(), e);
      tell(
          x,
          new ApiError(
              ApiError.Kind.INTERNAL, "an error of the server itself (%s)".formatted(x.id())));
    }
  }

  private void tell(Exchange x, ApiError error) throws IOException {
    if (x.committed()) {
      throw error;
    }
    if (error.retryAfter() > 0) {
      x.responseHeader("Retry-After", String.valueOf(error.retryAfter()));
    }
    if (error.kind() == ApiError.Kind.UNAUTHORIZED) {
      x.responseHeader("WWW-Authenticate", "Bearer");
    }
    Route route = x.routeIfKnown();
    ErrorShape shape = route == null ? errors.apply(x.path()) : route.errors();
    x.json(error.status(), shape.body(error));
  }
}
