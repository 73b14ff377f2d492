package dev.ocelli.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.runtime.Engine;
import dev.ocelli.engine.runtime.EngineOptions;
import dev.ocelli.server.NanoServer.Answer;
import dev.ocelli.server.access.ApiKeys;
import dev.ocelli.server.http.HttpLimits;
import dev.ocelli.server.http.HttpListener;
import dev.ocelli.server.http.Origins;
import java.awt.Color;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Who is let in, how many at once, and what happens when clients go away. */
class ServerContractTest {
  private static final String CHAT = "/v1/chat/completions";

  /** Never ends by itself. */
  private static final String LONG =
      "{\"prompt\": \"a\", \"n_predict\": -1, \"ignore_eos\": true, \"stream\": %s}";

  /** Many seconds of work: it must not end by itself. */
  private static final String ENDLESS =
      "{\"prompt\": \"a\", \"max_tokens\": 4000, \"ignore_eos\": true, \"n\": 16, \"stream\": %s}";

  private static final String SHORT = "{\"prompt\": \"a\", \"n_predict\": 1}";

  private static ServerOptions.Work work(int slots, int queue, Duration deadline, Duration grace) {
    return new ServerOptions.Work(slots, queue, deadline, Duration.ofMillis(150), grace);
  }

  @Test
  void keysAreNeededWhereThereAreKeys() throws Exception {
    String hash = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"; // "secret"
    ApiKeys keys =
        ApiKeys.parse("# people\nann sha256:%s tokens/day=1\nplain-key\n".formatted(hash), "keys");
    try (NanoServer nano = new NanoServer(b -> b.keys(keys))) {
      Answer none = nano.post("/completion", SHORT);
      assertThat(none.status()).isEqualTo(401);
      assertThat(none.response().headers().firstValue("WWW-Authenticate")).contains("Bearer");
      assertThat(nano.post("/completion", SHORT, "Authorization", "Bearer wrong").status())
          .isEqualTo(401);
      assertThat(nano.get("/v1/models").status()).isEqualTo(401);
      assertThat(nano.get("/health").status()).isEqualTo(200);
      assertThat(nano.post("/completion", SHORT, "X-Api-Key", "plain-key").status()).isEqualTo(200);
      assertThat(nano.post("/completion", SHORT, "Authorization", "Bearer secret").status())
          .isEqualTo(200);
      Answer second = nano.post("/completion", SHORT, "Authorization", "Bearer secret");
      assertThat(second.status()).isEqualTo(429);
      assertThat(
              Integer.parseInt(second.response().headers().firstValue("Retry-After").orElseThrow()))
          .isGreaterThan(80_000);
      assertThat(nano.post("/completion", SHORT, "X-Api-Key", "plain-key").status()).isEqualTo(200);
      // The log is written behind the answer.
      until(() -> nano.log.size() == 8);
      assertThat(nano.log.stream().map(r -> r.caller())).contains("ann", "key3", "127.0.0.1");
      assertThat(nano.log)
          .anyMatch(r -> r.line().contains("\"tokens\":1"))
          .noneMatch(r -> r.line().contains("secret"));
    }
  }

  @Test
  void offThisMachineAKeyIsNeeded() {
    ServerOptions open =
        ServerOptions.onThisMachine(0)
            .address(new HttpListener.Address("0.0.0.0", 0, null))
            .build();
    assertThatThrownBy(() -> OcelliServer.start(open))
        .isInstanceOf(OcelliException.class)
        .hasMessageContaining("--api-key");
    OcelliServer.start(
            ServerOptions.onThisMachine(0)
                .address(new HttpListener.Address("0.0.0.0", 0, null))
                .insecure(true)
                .build())
        .close();
  }

  @Test
  void healthTellsLoadingFromReady() throws IOException {
    NanoServer nano = new NanoServer();
    try (OcelliServer loading = OcelliServer.start(ServerOptions.onThisMachine(0).build())) {
      assertThat(
              raw(
                  loading.port(),
                  "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
          .startsWith("HTTP/1.1 503")
          .contains("Loading model", "Retry-After: 2");
      assertThat(
              raw(
                  loading.port(),
                  "GET /v1/models HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
          .startsWith("HTTP/1.1 503");
      assertThatThrownBy(
              () -> OcelliServer.start(ServerOptions.onThisMachine(loading.port()).build()))
          .hasMessageContaining("cannot listen on 127.0.0.1:" + loading.port());
    } finally {
      nano.close();
    }
  }

  @Test
  void onlyPagesThatAreAllowedMayAsk() {
    try (NanoServer nano =
        new NanoServer(b -> b.origins(new Origins(List.of("https://app.example"))))) {
      Answer allowed = nano.post("/completion", SHORT, "Origin", "https://app.example");
      assertThat(allowed.status()).isEqualTo(200);
      assertThat(allowed.response().headers().firstValue("Access-Control-Allow-Origin"))
          .contains("https://app.example");
      assertThat(nano.post("/completion", SHORT, "Origin", "http://localhost:3000").status())
          .isEqualTo(200);
      assertThat(nano.post("/completion", SHORT, "Origin", "https://evil.example").status())
          .isEqualTo(403);
      assertThat(
              raw(
                  nano.server.port(),
                  "GET /props HTTP/1.1\r\nHost: rebound.example\r\nConnection: close\r\n\r\n"))
          .startsWith("HTTP/1.1 403");
      assertThat(
              raw(
                  nano.server.port(),
                  "OPTIONS /completion HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nAccess-Control-Request-Headers: x-a\r\nConnection: close\r\n\r\n"))
          .startsWith("HTTP/1.1 204")
          .contains("Access-Control-Allow-Headers: x-a");
    }
  }

  @Test
  void requestsHaveLimits() {
    HttpLimits small = new HttpLimits(2000, 4000, 2048, 100, Duration.ofMillis(700), 1000);
    try (NanoServer nano = new NanoServer(b -> b.limits(small))) {
      String big = "{\"prompt\": \"%s\"}".formatted("x".repeat(3000));
      assertThat(nano.post("/completion", big).status()).isEqualTo(413);
      int port = nano.server.port();
      assertThat(
              raw(port, "GET /%s HTTP/1.1\r\nHost: localhost\r\n\r\n".formatted("y".repeat(4000))))
          .startsWith("HTTP/1.1 414");
      assertThat(
              raw(
                  port,
                  "GET / HTTP/1.1\r\nHost: localhost\r\nX: %s\r\n\r\n".formatted("y".repeat(4000))))
          .startsWith("HTTP/1.1 431");
      assertThat(
              raw(
                  port,
                  "POST /completion HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nbb8\r\n%s\r\n"
                      .formatted("z".repeat(3000))))
          .startsWith("HTTP/1.1 413");
      // Half a body, and then silence.
      assertThat(
              raw(
                  port,
                  "POST /completion HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"))
          .startsWith("HTTP/1.1 408");
      // Nothing at all: the connection is closed.
      assertThat(raw(port, "GET /hea")).doesNotContain("200");
    }
  }

  @Test
  void tooManyAreRefusedAndALeavingClientFreesItsSlot() throws Exception {
    try (NanoServer nano =
        new NanoServer(b -> b.work(work(1, 1, Duration.ZERO, Duration.ofSeconds(5))))) {
      Socket running = open(nano.server.port(), "/v1/completions", ENDLESS.formatted("true"));
      running.getInputStream().read();
      Socket waiting = open(nano.server.port(), "/v1/completions", ENDLESS.formatted("false"));
      until(() -> nano.get("/metrics").body().contains("ocelli_requests_waiting 1"));
      Answer third = nano.post("/completion", SHORT);
      assertThat(third.status()).isEqualTo(429);
      assertThat(third.error()).contains("1 requests are answered and 1 wait");
      assertThat(third.response().headers().firstValue("Retry-After")).isPresent();
      assertThat(nano.get("/slots").json().path(0).path("is_processing").booleanValue()).isTrue();
      running.close();
      // The one that waited is answered now, and leaves as well: nothing is written to it, so its
      // absence must be noticed without writing.
      until(() -> nano.get("/metrics").body().contains("ocelli_requests_waiting 0"));
      waiting.close();
      until(() -> nano.get("/metrics").body().contains("ocelli_requests_running 0"));
      assertThat(nano.post("/completion", SHORT).status()).isEqualTo(200);
      until(() -> nano.log.stream().anyMatch(r -> r.status() == 499));
      assertThat(nano.faults).isEmpty();
    }
  }

  @Test
  void aClientThatLeavesWhileItsPictureIsEncodedFreesItsSlot() throws Exception {
    try (NanoServer nano =
        new NanoServer(b -> b.work(work(1, 1, Duration.ZERO, Duration.ofSeconds(5))))) {
      String body =
          """
          {"messages": [{"role": "user", "content": [
            {"type": "image_url", "image_url": {"url": "%s"}}]}], "max_tokens": 1}\
          """
              .formatted(NanoServer.picture(1024, 1024, Color.RED));
      Socket leaving = open(nano.server.port(), CHAT, body);
      until(() -> nano.get("/metrics").body().contains("ocelli_requests_running 1"));
      leaving.close();
      until(() -> nano.get("/metrics").body().contains("ocelli_requests_running 0"));
      assertThat(nano.post("/completion", SHORT).status()).isEqualTo(200);
      assertThat(nano.get("/metrics").body()).contains("ocelli_replies_cancelled_total 1");
    }
  }

  @Test
  void aReaderThatStallsIsCutOff() throws Exception {
    HttpLimits quick = new HttpLimits(2000, 4000, 2048, 100, Duration.ofMillis(500), 1000);
    try (NanoServer nano =
            new NanoServer(
                b -> b.limits(quick).work(work(1, 1, Duration.ZERO, Duration.ofSeconds(5))));
        Socket stalled = new Socket()) {
      stalled.setReceiveBufferSize(4096);
      stalled.connect(new java.net.InetSocketAddress("127.0.0.1", nano.server.port()));
      send(
          stalled,
          "/completion",
          "{\"prompt\": \"a\", \"n_predict\": -1, \"ignore_eos\": true, \"stream\": true, \"n_probs\": 50}");
      until(() -> nano.get("/metrics").body().contains("ocelli_requests_running 1"));
      until(() -> nano.get("/metrics").body().contains("ocelli_requests_running 0"));
      assertThat(nano.get("/metrics").body()).contains("ocelli_replies_cancelled_total 1");
    }
  }

  @Test
  void lateRepliesAreGivenUp() {
    try (NanoServer nano =
        new NanoServer(b -> b.work(work(1, 1, Duration.ofMillis(300), Duration.ofSeconds(5))))) {
      Answer whole = nano.post("/completion", LONG.formatted("false"));
      assertThat(whole.status()).isEqualTo(504);
      Answer stream = nano.post("/completion", LONG.formatted("true"));
      assertThat(stream.status()).isEqualTo(200);
      assertThat(stream.body()).contains("event: error").contains("--request-timeout");
      assertThat(nano.post("/completion", SHORT).status()).isEqualTo(200);
    }
  }

  @Test
  void runningRequestsEndBeforeTheServerDoes() throws Exception {
    NanoServer nano = new NanoServer(b -> b.work(work(1, 4, Duration.ZERO, Duration.ofMinutes(2))));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      // So long that the second one is seen waiting also on a busy machine.
      String some =
          "{\"prompt\": \"a\", \"n_predict\": 1500, \"ignore_eos\": true, \"loop_guard\": false}";
      Future<Answer> running = threads.submit(() -> nano.post("/completion", some));
      Future<Answer> waiting = threads.submit(() -> nano.post("/completion", some));
      until(() -> nano.get("/metrics").body().contains("ocelli_requests_waiting 1"));
      nano.close();
      assertThat(running.get().status()).isEqualTo(200);
      assertThat(waiting.get().status()).isEqualTo(200);
    }
  }

  @Test
  void requestsThatDoNotEndInTimeAreBrokenOff() throws Exception {
    NanoServer nano =
        new NanoServer(b -> b.work(work(1, 4, Duration.ZERO, Duration.ofMillis(100))));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Answer> running =
          threads.submit(() -> nano.post("/completion", LONG.formatted("false")));
      until(() -> nano.get("/metrics").body().contains("ocelli_requests_running 1"));
      nano.close();
      assertThat(running.get().status()).isEqualTo(503);
    }
  }

  @Test
  void everyClientGetsTheReplyThatItGetsAlone() throws Exception {
    List<String> bodies = new ArrayList<>();
    Color[] colors = {Color.RED, Color.BLUE, Color.GREEN, Color.BLACK};
    for (int i = 0; i < 8; i++) {
      bodies.add(
          """
          {"messages": [{"role": "user", "content": [
            {"type": "image_url", "image_url": {"url": "%s"}},
            {"type": "text", "text": "Describe this image."}]}], "max_tokens": 16, "seed": %d,
            "temperature": 1}\
          """
              .formatted(NanoServer.picture(96 + 32 * (i % 3), 96, colors[i % 4]), i));
    }
    List<String> alone = new ArrayList<>();
    try (NanoServer nano = new NanoServer()) {
      for (String body : bodies) {
        alone.add(content(nano.post(CHAT, body)));
      }
    }
    try (NanoServer nano =
            new NanoServer(b -> b.work(work(3, 64, Duration.ZERO, Duration.ofSeconds(5))));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> together = new ArrayList<>();
      for (int i = 0; i < 24; i++) {
        String body = bodies.get(i % bodies.size());
        if (i % 6 == 5) {
          // Neighbours that fail or leave change nothing.
          Socket leaving = open(nano.server.port(), CHAT, body);
          threads.submit(() -> {
            Thread.sleep(20);
            leaving.close();
            return null;
          });
        }
        together.add(threads.submit(() -> content(nano.post(CHAT, body))));
      }
      for (int i = 0; i < together.size(); i++) {
        assertThat(together.get(i).get()).isEqualTo(alone.get(i % alone.size()));
      }
      assertThat(nano.faults).isEmpty();
    }
  }

  @Test
  void oneTenantsCacheIsNotAnothers() {
    ApiKeys keys = ApiKeys.of(List.of("a", "b"));
    try (NanoServer nano =
        new NanoServer(b -> b.keys(keys).work(work(1, 4, Duration.ZERO, Duration.ofSeconds(5))))) {
      String body = "{\"prompt\": \"a long enough prompt to be cached\", \"n_predict\": 1}";
      nano.post("/completion", body, "X-Api-Key", "a");
      assertThat(cached(nano.post("/completion", body, "X-Api-Key", "a"))).isPositive();
      assertThat(cached(nano.post("/completion", body, "X-Api-Key", "b"))).isZero();
    }
  }

  @Test
  void servesAnEngineThatIsItsOwners() {
    try (Engine engine = NanoServer.engine(EngineOptions.DEFAULT.withThreads(1, 1))) {
      for (int i = 0; i < 2; i++) {
        try (OcelliServer server = OcelliServer.start(ServerOptions.onThisMachine(0).build())) {
          server.serve(engine, "one", List.of());
          assertThat(
                  raw(
                      server.port(),
                      "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
              .startsWith("HTTP/1.1 200");
        }
      }
    }
  }

  private static int cached(Answer answer) {
    return answer.json().path("tokens_cached").intValue();
  }

  private static String content(Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json().path("choices").path(0).path("message").path("content").stringValue();
  }

  private static void until(Callable<Boolean> condition) throws Exception {
    for (int i = 0; i < 10_000; i++) {
      if (condition.call()) {
        return;
      }
      Thread.sleep(10);
    }
    throw new AssertionError("waited in vain");
  }

  private static Socket open(int port, String path, String body) throws IOException {
    Socket socket = new Socket("127.0.0.1", port);
    send(socket, path, body);
    return socket;
  }

  private static void send(Socket socket, String path, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    OutputStream out = socket.getOutputStream();
    out.write(
        "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n"
            .formatted(path, bytes.length)
            .getBytes(StandardCharsets.US_ASCII));
    out.write(bytes);
    out.flush();
  }

  /** Sends text as it is and reads until the connection is closed. */
  private static String raw(int port, String request) {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "closed: " + e.getMessage();
    }
  }
}
