package dev.ocelli.server.http;

import dev.ocelli.server.access.Caller;
import java.io.IOException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** Answers requests that the program asks of itself, by the routes of the server. */
public final class Dispatcher {
  private final Router router;
  private final Failures failures;
  private final boolean background;

  /**
   * A dispatcher.
   *
   * @param errors how errors of a path are told that no route has
   * @param background whether requests of clients go first
   */
  public Dispatcher(
      Router router, Observer observer, Function<String, ErrorShape> errors, boolean background) {
    this.router = router;
    this.failures = new Failures(observer, errors);
    this.background = background;
  }

  /**
   * A request.
   *
   * @param id of 32 digits behind {@code req_}; names of the answer's parts are made from it
   * @param path of a route that takes POST
   * @param body JSON
   */
  public record Call(String id, String path, byte[] body) {}

  /**
   * An answer.
   *
   * @param retryAfter seconds after which to try again, or 0
   * @param body JSON
   */
  public record Answer(int status, int retryAfter, byte[] body) {}

  /**
   * Answers.
   *
   * @param caller who asks; counted where the route is
   * @param unwanted whether nobody waits for the answer any more; asked again and again
   * @throws IOException when it is unwanted
   */
  public Answer answer(Call call, Caller caller, BooleanSupplier unwanted)
      throws IOException, InterruptedException {
    InnerTransport transport = new InnerTransport(call.path(), call.body(), unwanted, background);
    // The sizes of bodies are limited where they are read.
    BodyBudget budget = new BodyBudget(Long.MAX_VALUE);
    HttpLimits usual = HttpLimits.DEFAULT;
    HttpLimits limits =
        new HttpLimits(Long.MAX_VALUE, Long.MAX_VALUE, 0, 0, usual.idle(), usual.bytesPerSecond());
    Exchange x = new Exchange(call.id(), transport, limits, budget);
    failures.guard(
        x,
        y -> {
          Route route = router.find(y.method(), y.path());
          y.route(route);
          y.caller(caller);
          if (route.access() == Route.Access.METERED) {
            caller.meter().request();
          }
          route.handler().handle(y);
        });
    return new Answer(transport.status(), transport.retryAfter(), transport.answer());
  }
}
