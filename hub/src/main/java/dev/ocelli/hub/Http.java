package dev.ocelli.hub;

import dev.ocelli.engine.tensor.Printable;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * GET requests that follow redirects and never wait for ever.
 *
 * <p>A token goes to the host that it is for and to no other, whoever redirects there; nothing that
 * began encrypted goes on in clear.
 */
final class Http implements AutoCloseable {
  private static final int MOST_HOPS = 10;

  private final HubSettings settings;
  private final HttpClient client;

  Http(HubSettings settings) {
    this.settings = settings;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            // Parts of a file come faster over connections of their own than through one.
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(settings.transport().patience().connect());
    if (settings.transport().proxy() != null) {
      builder.proxy(settings.transport().proxy());
    } else {
      builder.proxy(HttpClient.Builder.NO_PROXY);
    }
    if (settings.transport().login() != null) {
      builder.authenticator(settings.transport().login());
    }
    this.client = builder.build();
  }

  /** An answer that is no success. */
  static final class Refused extends IOException {
    private static final long serialVersionUID = 1L;
    private final int status;
    private final transient @Nullable Duration retryAfter;

    Refused(URI address, int status, @Nullable Duration retryAfter) {
      super("%s answers with HTTP %d".formatted(shown(address), status));
      this.status = status;
      this.retryAfter = retryAfter;
    }

    int status() {
      return status;
    }

    /** How long the server asks to wait; null where it does not. */
    @Nullable Duration retryAfter() {
      return retryAfter;
    }
  }

  /** An answer or a redirect that would be the same however often it is asked for. */
  static final class Hopeless extends IOException {
    private static final long serialVersionUID = 1L;

    Hopeless(String message) {
      super(message);
    }
  }

  /**
   * A successful answer.
   *
   * @param status 200 or 206
   * @param headers of the last answer
   * @param body ends with an IOException when nothing comes for too long
   * @param address where the redirects have led
   * @param linkedHash SHA-256 of the content, as Hugging Face says in its redirect; or null
   */
  record Reply(
      int status, HttpHeaders headers, InputStream body, URI address, @Nullable String linkedHash)
      implements AutoCloseable {
    @Override
    public void close() throws IOException {
      body.close();
    }
  }

  /**
   * Asks once.
   *
   * @param headers besides the usual ones
   * @throws Refused for a status that is no success
   * @throws Hopeless for a redirect that leads nowhere
   * @throws IOException when the connection fails
   */
  Reply get(URI address, Map<String, String> headers) throws IOException {
    URI at = address;
    String linked = null;
    for (int hop = 0; hop <= MOST_HOPS; hop++) {
      HttpResponse<InputStream> response = send(request(at, headers));
      int status = response.statusCode();
      if (status == 200 || status == 206) {
        return new Reply(
            status,
            response.headers(),
            new GuardedStream(response.body(), settings.transport().patience().stall()),
            at,
            linked);
      }
      response.body().close();
      String location = response.headers().firstValue("Location").orElse(null);
      if (status < 300 || status > 399 || status == 304 || location == null) {
        throw new Refused(at, status, retryAfter(response.headers()));
      }
      if (linked == null) {
        linked = hash(response.headers().firstValue("X-Linked-Etag").orElse(""));
      }
      at = next(at, location);
    }
    throw new Hopeless("%s redirects more than %d times".formatted(shown(address), MOST_HOPS));
  }

  private static URI next(URI at, String location) throws Hopeless {
    URI next;
    try {
      next = at.resolve(location);
    } catch (IllegalArgumentException e) {
      throw new Hopeless(shown(at) + " redirects to '" + Printable.of(location) + "'");
    }
    String scheme = String.valueOf(next.getScheme()).toLowerCase(Locale.ROOT);
    boolean secure = "https".equalsIgnoreCase(at.getScheme());
    if (next.getHost() == null || !(scheme.equals("https") || scheme.equals("http") && !secure)) {
      throw new Hopeless(
          "%s redirects to %s, which is not followed".formatted(shown(at), shown(next)));
    }
    return next;
  }

  private HttpRequest request(URI address, Map<String, String> headers) throws Hopeless {
    try {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(address)
              .timeout(settings.transport().patience().stall())
              .header("User-Agent", "ocelli")
              .header("Accept-Encoding", "identity");
      headers.forEach(request::header);
      for (HubSettings.Endpoint e : List.of(settings.huggingFace(), settings.modelScope())) {
        if (e.token() != null && sameOrigin(e.base(), address)) {
          request.header("Authorization", "Bearer " + e.token());
        }
      }
      return request.build();
    } catch (IllegalArgumentException e) {
      throw new Hopeless("%s cannot be asked: %s".formatted(shown(address), e.getMessage()));
    }
  }

  private HttpResponse<InputStream> send(HttpRequest request) throws IOException {
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofInputStream());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static boolean sameOrigin(URI a, URI b) {
    return a.getScheme().equalsIgnoreCase(b.getScheme())
        && a.getHost().equalsIgnoreCase(b.getHost())
        && a.getPort() == b.getPort();
  }

  /** An entity tag's content where it is a SHA-256. */
  static @Nullable String hash(String etag) {
    String bare = etag.replaceFirst("^W/", "").replace("\"", "").toLowerCase(Locale.ROOT);
    return bare.matches("[0-9a-f]{64}") ? bare : null;
  }

  private static @Nullable Duration retryAfter(HttpHeaders headers) {
    String value = headers.firstValue("Retry-After").orElse("").strip();
    if (value.matches("\\d{1,9}")) {
      return Duration.ofSeconds(Long.parseLong(value));
    }
    try {
      Instant then = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration wait = Duration.between(Instant.now(), then);
      return wait.isNegative() ? Duration.ZERO : wait;
    } catch (DateTimeException e) {
      return null;
    }
  }

  /** An address for reports: without its query, which may hold a signature. */
  static String shown(URI address) {
    return Printable.of(
        address.getScheme() + "://" + address.getRawAuthority() + address.getRawPath());
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
