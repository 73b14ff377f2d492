package dev.ocelli.server.http;

import dev.ocelli.server.wire.ApiError;
import dev.ocelli.server.wire.Json;
import java.nio.ByteBuffer;
import java.util.function.Function;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Errors of the HTTP layer itself, such as headers that are too large, in JSON like all others. */
final class JsonErrors extends ErrorHandler {
  private final Function<String, ErrorShape> shapes;

  /**
   * Errors without a route.
   *
   * @param shapes by path
   */
  JsonErrors(Function<String, ErrorShape> shapes) {
    this.shapes = shapes;
  }

  @Override
  protected void generateResponse(
      Request request,
      Response response,
      int code,
      @Nullable String message,
      @Nullable Throwable cause,
      Callback callback) {
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json; charset=utf-8");
    response.write(true, ByteBuffer.wrap(body(request, code, message)), callback);
  }

  private byte[] body(Request request, int status, @Nullable String reason) {
    ApiError.Kind kind =
        switch (status) {
          case 404 -> ApiError.Kind.NOT_FOUND;
          case 408 -> ApiError.Kind.TOO_SLOW;
          case 413 -> ApiError.Kind.TOO_LARGE;
          default -> status >= 500 ? ApiError.Kind.INTERNAL : ApiError.Kind.INVALID;
        };
    String text = reason == null || reason.isBlank() ? "the request is no valid HTTP" : reason;
    String path = request.getHttpURI().getPath();
    ErrorShape shape = shapes.apply(path == null ? "/" : path);
    return Json.bytes(shape.body(new ApiError(kind, text)));
  }
}
