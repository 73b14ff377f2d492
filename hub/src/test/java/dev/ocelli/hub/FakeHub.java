package dev.ocelli.hub;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Both hubs' APIs on this machine, with a second server that has the bytes, as their content
 * networks do. Every fault stands for one request for bytes; behind the last all is well.
 */
final class FakeHub implements AutoCloseable {
  static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d*)");

  /** What goes wrong; returns whether the request is answered. */
  @FunctionalInterface
  interface Fault {
    boolean answer(HttpExchange exchange) throws IOException;
  }

  final Map<String, byte[]> files = Collections.synchronizedMap(new TreeMap<>());
  final ConcurrentLinkedDeque<Fault> faults = new ConcurrentLinkedDeque<>();
  final List<String> bytesRequests = Collections.synchronizedList(new ArrayList<>());
  final List<String> hubTokens = Collections.synchronizedList(new ArrayList<>());
  final List<String> otherTokens = Collections.synchronizedList(new ArrayList<>());
  final AtomicLong served = new AtomicLong();

  /** Bytes that may still be sent before the connection breaks; negative: any number. */
  final AtomicLong cutAfter = new AtomicLong(-1);

  volatile boolean ranges = true;
  volatile boolean paged;
  volatile int slowMillis;
  volatile String wrongHashOf = "";

  private final HttpServer hub;
  private final HttpServer bytes;

  FakeHub() throws IOException {
    hub = server(this::hub);
    bytes = server(this::bytes);
  }

  private static HttpServer server(Fault handler) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            handler.answer(exchange);
          }
        });
    server.start();
    return server;
  }

  static String address(HttpServer server) {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  URI base() {
    return URI.create(address(hub));
  }

  URI file(String name) {
    return URI.create(address(bytes) + "/" + name);
  }

  /** Impatient settings for this hub. */
  HubSettings settings(int attempts, int connections, long segment) {
    return new HubSettings(
        new HubSettings.Endpoint(base(), "hf-secret"),
        new HubSettings.Endpoint(URI.create(base() + "/ms"), null),
        false,
        new HubSettings.Transport(
            null,
            null,
            connections,
            segment,
            new HubSettings.Patience(
                Duration.ofSeconds(5),
                Duration.ofMillis(400),
                attempts,
                Duration.ofMillis(1),
                Duration.ofSeconds(2))));
  }

  private boolean hub(HttpExchange x) throws IOException {
    String token = x.getRequestHeaders().getFirst("Authorization");
    hubTokens.add(String.valueOf(token));
    String path = x.getRequestURI().getPath();
    if (path.equals("/api/models/o/m")) {
      return json(
          x, "{\"sha\":\"%s\",\"tags\":[\"gguf\",\"license:apache-2.0\"]}".formatted(COMMIT));
    }
    if (path.equals("/api/models/o/m/tree/" + COMMIT)) {
      return tree(x);
    }
    if (path.startsWith("/o/m/resolve/" + COMMIT + "/")) {
      String name = path.substring(("/o/m/resolve/" + COMMIT + "/").length());
      byte[] content = files.get(name);
      if (content != null) {
        x.getResponseHeaders().set("X-Linked-Etag", "\"" + sha(content, "SHA-256") + "\"");
        return redirect(x, file(name).toString());
      }
    }
    if (path.equals("/ms/api/v1/models/o/m/repo/files")) {
      return modelScopeFiles(x);
    }
    if (path.equals("/ms/api/v1/models/o/m")) {
      return json(
          x, "{\"Code\":200,\"Data\":{\"License\":\"Apache License 2.0\"},\"Success\":true}");
    }
    if (path.equals("/ms/api/v1/models/o/m/repo")) {
      return redirect(x, file(query(x, "FilePath")).toString());
    }
    return status(x, 404);
  }

  private boolean tree(HttpExchange x) throws IOException {
    List<String> entries = new ArrayList<>();
    entries.add("{\"type\":\"directory\",\"oid\":\"00\",\"size\":0,\"path\":\"folder\"}");
    files.forEach((name, content) -> {
      String hash = name.equals(wrongHashOf) ? "0".repeat(64) : sha(content, "SHA-256");
      boolean large = !name.endsWith(".json");
      entries.add(
          "{\"type\":\"file\",\"oid\":\"%s\",\"size\":%d,\"path\":\"%s\"%s}"
              .formatted(
                  git(content),
                  content.length,
                  name,
                  large
                      ? ",\"lfs\":{\"oid\":\"%s\",\"size\":%d,\"pointerSize\":135}"
                          .formatted(hash, content.length)
                      : ""));
    });
    if (!paged) {
      return json(x, "[" + String.join(",", entries) + "]");
    }
    int page = query(x, "cursor").isEmpty() ? 0 : Integer.parseInt(query(x, "cursor"));
    if (page + 1 < entries.size()) {
      x.getResponseHeaders()
          .set(
              "Link",
              "<%s?recursive=true&cursor=%d>; rel=\"next\""
                  .formatted(x.getRequestURI().getPath(), page + 1));
    }
    return json(x, "[" + entries.get(page) + "]");
  }

  private boolean modelScopeFiles(HttpExchange x) throws IOException {
    List<String> entries = new ArrayList<>();
    files.forEach((name, content) ->
        entries.add(
            "{\"Name\":\"%s\",\"Path\":\"%s\",\"Type\":\"blob\",\"Size\":%d,\"Sha256\":\"%s\",\"Revision\":\"%s\",\"CommittedDate\":1}"
                .formatted(name, name, content.length, sha(content, "SHA-256"), COMMIT)));
    return json(
        x,
        "{\"Code\":200,\"Data\":{\"Files\":[%s]},\"Success\":true}"
            .formatted(String.join(",", entries)));
  }

  private boolean bytes(HttpExchange x) throws IOException {
    otherTokens.add(String.valueOf(x.getRequestHeaders().getFirst("Authorization")));
    String name = x.getRequestURI().getPath().substring(1);
    bytesRequests.add(name + " " + x.getRequestHeaders().getFirst("Range"));
    Fault fault = faults.poll();
    if (fault != null && fault.answer(x)) {
      return true;
    }
    byte[] content = files.get(name);
    if (content == null) {
      return status(x, 404);
    }
    return send(x, content, "\"" + sha(content, "SHA-256").substring(0, 20) + "\"");
  }

  private boolean send(HttpExchange x, byte[] content, String tag) throws IOException {
    x.getResponseHeaders().set("ETag", tag);
    String range = x.getRequestHeaders().getFirst("Range");
    String condition = x.getRequestHeaders().getFirst("If-Range");
    int from = 0;
    int to = content.length;
    Matcher m = RANGE.matcher(String.valueOf(range));
    boolean part = ranges && m.matches() && (condition == null || condition.equals(tag));
    if (part) {
      from = Integer.parseInt(m.group(1));
      to = m.group(2).isEmpty() ? to : Math.min(to, Integer.parseInt(m.group(2)) + 1);
      x.getResponseHeaders()
          .set("Content-Range", "bytes %d-%d/%d".formatted(from, to - 1, content.length));
    }
    x.sendResponseHeaders(part ? 206 : 200, to - from == 0 ? -1 : to - from);
    OutputStream out = x.getResponseBody();
    for (int at = from; at < to; ) {
      int n = Math.min(to - at, 64);
      if (cutAfter.get() >= 0) {
        long left = cutAfter.getAndAdd(-n);
        n = (int) Math.clamp(left, 0, n);
        if (n < Math.min(to - at, 64)) {
          cutAfter.set(0);
        }
        if (n == 0) {
          return true; // closed before its end
        }
      }
      if (slowMillis > 0) {
        sleep(slowMillis);
      }
      // Counted first: who has got them looks at the count.
      served.addAndGet(n);
      out.write(content, at, n);
      out.flush();
      at += n;
    }
    return true;
  }

  static boolean status(HttpExchange x, int status) throws IOException {
    x.sendResponseHeaders(status, -1);
    return true;
  }

  static boolean redirect(HttpExchange x, String to) throws IOException {
    x.getResponseHeaders().set("Location", to);
    return status(x, 302);
  }

  /** Says that bytes come, and sends none. */
  static boolean stall(HttpExchange x) throws IOException {
    x.getResponseHeaders().set("Content-Range", "bytes 0-999/1000");
    x.sendResponseHeaders(206, 1000);
    x.getResponseBody().flush();
    sleep(800);
    return true;
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean json(HttpExchange x, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    x.getResponseHeaders().set("Content-Type", "application/json");
    x.sendResponseHeaders(200, body.length);
    x.getResponseBody().write(body);
    return true;
  }

  private static String query(HttpExchange x, String name) {
    @Nullable String query = x.getRequestURI().getRawQuery();
    for (String pair : String.valueOf(query).split("&")) {
      if (pair.startsWith(name + "=")) {
        return URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8);
      }
    }
    return "";
  }

  static String git(byte[] content) {
    byte[] head = ("blob " + content.length + "\0").getBytes(StandardCharsets.US_ASCII);
    byte[] all = new byte[head.length + content.length];
    System.arraycopy(head, 0, all, 0, head.length);
    System.arraycopy(content, 0, all, head.length, content.length);
    return sha(all, "SHA-1");
  }

  static String sha(byte[] content, String algorithm) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }

  @Override
  public void close() {
    hub.stop(0);
    bytes.stop(0);
  }
}
