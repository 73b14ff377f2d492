package dev.ocelli.server.media;

import dev.ocelli.server.wire.ApiError;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.InputStreamResponseListener;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.http.HttpCookieStore;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.SocketAddressResolver;
import org.jspecify.annotations.Nullable;

/**
 * Downloads pictures from hosts that are allowed.
 *
 * <p>A name is looked up once and its addresses are checked; the connection goes to one of these
 * very addresses, so that a name cannot change its meaning in between. Redirects are followed only
 * after the same checks.
 */
final class Downloads implements AutoCloseable {
  private static final int MOST_REDIRECTS = 3;

  private final MediaRules rules;
  private final Predicate<InetAddress> allowed;
  private final HttpClient client = new HttpClient();

  /**
   * A client that has not connected yet.
   *
   * @param allowed which addresses may be connected to
   */
  Downloads(MediaRules rules, Predicate<InetAddress> allowed) {
    this.rules = rules;
    this.allowed = allowed;
    client.setFollowRedirects(false);
    client.setUserAgentField(null);
    // Else cookies of one request would be sent with another's.
    client.setHttpCookieStore(new HttpCookieStore.Empty());
    client.setMaxConnectionsPerDestination(8);
    client.setConnectTimeout(rules.downloadTime().toMillis());
    client.setSocketAddressResolver(new Checked());
    try {
      client.start();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    client.getContentDecoderFactories().clear();
  }

  /** Resolves names to addresses that may be connected to. */
  private final class Checked implements SocketAddressResolver {
    @Override
    public void resolve(
        String host,
        int port,
        @Nullable Map<String, Object> context,
        Promise<List<InetSocketAddress>> promise) {
      try {
        List<InetSocketAddress> out = new ArrayList<>();
        for (InetAddress a : InetAddress.getAllByName(host)) {
          if (!allowed.test(a)) {
            throw new IOException("it is on a private network");
          }
          out.add(new InetSocketAddress(a, port));
        }
        promise.succeeded(out);
      } catch (UnknownHostException e) {
        promise.failed(new IOException("there is no such host", e));
      } catch (IOException e) {
        promise.failed(e);
      }
    }
  }

  /**
   * Downloads.
   *
   * @param where the place in the request, for errors
   * @throws ApiError 400 when it is not allowed, fails or is too large
   */
  byte[] get(String url, String where) {
    long end = System.nanoTime() + rules.downloadTime().toNanos();
    URI uri = uri(url, where);
    for (int i = 0; i <= MOST_REDIRECTS; i++) {
      checkAllowed(uri, where);
      try (InputStreamResponseListener listener = new InputStreamResponseListener()) {
        client.newRequest(uri).timeout(left(end), TimeUnit.NANOSECONDS).send(listener);
        Response response = listener.get(left(end), TimeUnit.NANOSECONDS);
        int status = response.getStatus();
        if (status == 200) {
          return read(listener.getInputStream(), end, where);
        }
        String location = response.getHeaders().get(HttpHeader.LOCATION);
        response.abort(new IOException("not wanted"));
        if (status / 100 != 3 || location == null) {
          throw failed(uri, where, "the host answers with status " + status);
        }
        uri = uri(uri.resolve(uri(location, where)).toString(), where);
      } catch (TimeoutException | ExecutionException | IOException e) {
        throw failed(uri, where, reason(e));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw failed(uri, where, "the server is shutting down");
      }
    }
    throw failed(uri, where, "it redirects more than %d times".formatted(MOST_REDIRECTS));
  }

  private String reason(Exception e) {
    Throwable cause = e;
    while (cause.getCause() != null && !(cause instanceof TimeoutException)) {
      cause = cause.getCause();
    }
    return cause instanceof TimeoutException
        ? "it takes longer than %d s".formatted(rules.downloadTime().toSeconds())
        : String.valueOf(cause.getMessage());
  }

  private byte[] read(InputStream in, long end, String where) throws IOException, TimeoutException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] buffer = new byte[1 << 14];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      all.write(buffer, 0, n);
      if (all.size() > rules.downloadBytes()) {
        throw ApiError.field(
            where,
            "the picture has more than %d bytes; send a smaller one"
                .formatted(rules.downloadBytes()));
      }
      left(end);
    }
    return all.toByteArray();
  }

  private static long left(long end) throws TimeoutException {
    long left = end - System.nanoTime();
    if (left <= 0) {
      throw new TimeoutException();
    }
    return left;
  }

  private void checkAllowed(URI uri, String where) {
    String host = String.valueOf(uri.getHost()).toLowerCase(Locale.ROOT);
    for (String domain : rules.domains()) {
      String d = domain.toLowerCase(Locale.ROOT);
      if (d.equals("*") || host.equals(d) || host.endsWith("." + d)) {
        return;
      }
    }
    throw ApiError.field(
        where,
        "pictures may not be downloaded from %s; send the picture as a data URL, or start the server with --allowed-media-domains"
            .formatted(host));
  }

  private static URI uri(String url, String where) {
    try {
      URI uri = URI.create(url);
      boolean http =
          uri.getScheme() == null
              || uri.getScheme().equalsIgnoreCase("http")
              || uri.getScheme().equalsIgnoreCase("https");
      if (http && (uri.getScheme() == null || uri.getHost() != null) && uri.getUserInfo() == null) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw ApiError.field(where, "is not a URL that can be downloaded");
  }

  private static ApiError failed(URI uri, String where, String why) {
    return ApiError.field(
        where, "the picture cannot be downloaded from %s: %s".formatted(uri.getHost(), why));
  }

  @Override
  public void close() {
    try {
      client.stop();
    } catch (Exception e) {
      // Nothing is lost: downloads in progress are abandoned.
    }
  }
}
