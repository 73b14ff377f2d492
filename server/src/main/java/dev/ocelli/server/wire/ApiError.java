package dev.ocelli.server.wire;

import dev.ocelli.engine.OcelliException;
import org.jspecify.annotations.Nullable;

/** A request that cannot be answered: what the client is told, in whichever API's shape. */
public final class ApiError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What kind of thing went wrong, with its HTTP status and its name in OpenAI's errors. */
  public enum Kind {
    INVALID(400, "invalid_request_error"),
    CONTEXT(400, "exceed_context_size_error"),
    UNAUTHORIZED(401, "authentication_error"),
    FORBIDDEN(403, "permission_error"),
    NOT_FOUND(404, "not_found_error"),
    WRONG_METHOD(405, "invalid_request_error"),
    TOO_SLOW(408, "invalid_request_error"),
    TOO_LARGE(413, "invalid_request_error"),
    TOO_MANY(429, "rate_limit_error"),
    INTERNAL(500, "server_error"),
    NOT_SUPPORTED(501, "not_supported_error"),
    UNAVAILABLE(503, "unavailable_error"),
    DEADLINE(504, "timeout_error");

    private final int status;
    private final String type;

    Kind(int status, String type) {
      this.status = status;
      this.type = type;
    }

    /** The HTTP status. */
    public int status() {
      return status;
    }

    /** The name in OpenAI's and llama.cpp's errors. */
    public String type() {
      return type;
    }
  }

  private final Kind kind;
  private final @Nullable String param;
  private final @Nullable String code;
  private final int retryAfter;

  private ApiError(
      Kind kind, @Nullable String param, @Nullable String code, int retryAfter, String message) {
    super(message, null, false, false);
    this.kind = kind;
    this.param = param;
    this.code = code;
    this.retryAfter = retryAfter;
  }

  /** An error of a kind. */
  public ApiError(Kind kind, String message) {
    this(kind, null, null, 0, message);
  }

  /** A 400 that names the field. */
  public static ApiError field(String field, String message) {
    return new ApiError(Kind.INVALID, field, null, 0, field + ": " + message);
  }

  /** The same with the field that it is about. */
  public ApiError about(String field) {
    return new ApiError(kind, field, code, retryAfter, String.valueOf(getMessage()));
  }

  /** The same with a word for programs, as OpenAI's errors have. */
  public ApiError code(@Nullable String word) {
    return new ApiError(kind, param, word, retryAfter, String.valueOf(getMessage()));
  }

  /** The same with the number of seconds after which to try again. */
  public ApiError retryAfter(int seconds) {
    return new ApiError(kind, param, code, seconds, String.valueOf(getMessage()));
  }

  /** What the engine or a decoder says, as an answer to a request. */
  public static ApiError of(OcelliException e) {
    String message = String.valueOf(e.getMessage());
    return switch (e.kind()) {
      case USAGE, INPUT -> new ApiError(Kind.INVALID, message);
      case CONTEXT -> new ApiError(Kind.CONTEXT, message).code("context_length_exceeded");
      case RESOURCE -> new ApiError(Kind.UNAVAILABLE, message).retryAfter(10);
      case MODEL -> new ApiError(Kind.INTERNAL, message);
    };
  }

  public Kind kind() {
    return kind;
  }

  /** The HTTP status. */
  public int status() {
    return kind.status();
  }

  /** The field that it is about, or null. */
  public @Nullable String param() {
    return param;
  }

  /** A word for programs, or null. */
  public @Nullable String code() {
    return code;
  }

  /** Seconds after which to try again, or 0. */
  public int retryAfter() {
    return retryAfter;
  }
}
