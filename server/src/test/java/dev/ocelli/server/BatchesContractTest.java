package dev.ocelli.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.server.access.ApiKeys;
import dev.ocelli.server.batch.StateRules;
import dev.ocelli.server.wire.Json;
import java.awt.Color;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code /v1/files} and {@code /v1/batches}. */
class BatchesContractTest {
  private static final String BOUNDARY = "a-boundary";
  private static final String CHAT = "/v1/chat/completions";

  @TempDir Path folder;

  private NanoServer server(Consumer<ServerOptions.Builder> more) {
    return new NanoServer(b -> more.accept(b.state(StateRules.in(folder))));
  }

  private static NanoServer.Answer upload(
      NanoServer server, String purpose, String content, String... headers) throws Exception {
    String body =
        "--%s\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\n%s\r\n--%s\r\nContent-Disposition: form-data; name=\"file\"; filename=\"in.jsonl\"\r\nContent-Type: application/octet-stream\r\n\r\n%s\r\n--%s--\r\n"
            .formatted(BOUNDARY, purpose, BOUNDARY, content, BOUNDARY);
    HttpRequest request =
        server
            .builder("/v1/files", headers)
            .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> r = client.send(request, HttpResponse.BodyHandlers.ofString());
      return new NanoServer.Answer(r.statusCode(), r.body(), r);
    }
  }

  private static String id(NanoServer.Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json().path("id").stringValue();
  }

  private static String begin(NanoServer server, String content, String... headers)
      throws Exception {
    String file = id(upload(server, "batch", content, headers));
    return id(server.post("/v1/batches", request(file, CHAT, "24h"), headers));
  }

  private static String request(String file, String endpoint, String window) {
    return "{\"input_file_id\": \"%s\", \"endpoint\": \"%s\", \"completion_window\": \"%s\", \"metadata\": {\"a\": \"b\"}}"
        .formatted(file, endpoint, window);
  }

  private static JsonNode ended(NanoServer server, String batch, String... headers)
      throws Exception {
    while (true) {
      JsonNode now = server.get("/v1/batches/" + batch, headers).json();
      String status = now.path("status").asString();
      if (!List.of("validating", "in_progress", "finalizing", "cancelling").contains(status)) {
        return now;
      }
      Thread.sleep(10);
    }
  }

  private static List<JsonNode> content(NanoServer server, JsonNode file) {
    return server.get("/v1/files/" + file.stringValue() + "/content").lines();
  }

  private static ObjectNode body(int i, String content) {
    ObjectNode body = Json.object();
    body.put("temperature", 0).put("max_tokens", 12).put("model", "nano");
    body.putArray("messages").addObject().put("role", "user").put("content", content + i);
    return body;
  }

  private static String line(int i, JsonNode body) {
    ObjectNode line = Json.object();
    line.put("custom_id", "r" + i).put("method", "POST").put("url", CHAT);
    line.set("body", body);
    return Json.line(line);
  }

  private static String lines(int count) {
    return String.join(
        "\n", IntStream.range(0, count).mapToObj(i -> line(i, body(i, "Hello "))).toList());
  }

  @Test
  void answersAreThoseOfLiveRequests() throws Exception {
    try (NanoServer server = server(b -> {})) {
      ObjectNode picture = body(3, "");
      ((ObjectNode) picture.path("messages").path(0))
          .putArray("content")
          .add(
              Json.parse(
                  "{\"type\": \"image_url\", \"image_url\": {\"url\": \"%s\"}}"
                      .formatted(NanoServer.picture(64, 48, Color.RED))
                      .getBytes(StandardCharsets.UTF_8)));
      ObjectNode bad = body(4, "x").put("max_tokens", -7).put("temperatur", 1);
      String in = lines(3) + "\n" + line(3, picture) + "\n\n" + line(4, bad);
      String batch = begin(server, in);
      JsonNode end = ended(server, batch);
      assertThat(end.path("status").asString()).isEqualTo("completed");
      assertThat(end.path("request_counts").toString())
          .isEqualTo("{\"total\":5,\"completed\":4,\"failed\":1}");
      assertThat(end.path("metadata").path("a").asString()).isEqualTo("b");
      for (String at : List.of("created_at", "in_progress_at", "finalizing_at", "completed_at")) {
        assertThat(end.path(at).asLong()).as(at).isPositive();
      }
      List<JsonNode> out = content(server, end.path("output_file_id"));
      assertThat(out.stream().map(l -> l.path("custom_id").asString()).toList())
          .containsExactly("r0", "r1", "r2", "r3");
      for (int i = 0; i < 4; i++) {
        JsonNode live = server.post(CHAT, Json.line(i == 3 ? picture : body(i, "Hello "))).json();
        assertThat(out.get(i).path("response").path("status_code").asInt()).isEqualTo(200);
        assertThat(out.get(i).path("response").path("body").path("choices"))
            .isEqualTo(live.path("choices"));
      }
      List<JsonNode> errors = content(server, end.path("error_file_id"));
      assertThat(errors).hasSize(1);
      assertThat(
              errors
                  .getFirst()
                  .path("response")
                  .path("body")
                  .path("error")
                  .path("param")
                  .asString())
          .isEqualTo("temperatur");
      assertThat(server.post("/v1/batches/" + batch + "/cancel", "{}").error())
          .contains("is completed; there is nothing to cancel");
      assertThat(server.faults).isEmpty();
      try (Stream<Path> left = Files.list(folder.resolve("batches").resolve(batch))) {
        assertThat(left.map(p -> p.getFileName().toString()).toList())
            .containsExactlyInAnyOrder("output.jsonl", "errors.jsonl");
      }
    }
  }

  @Test
  void filesAreListedReadAndDeleted() throws Exception {
    try (NanoServer server = server(b -> b.state(new StateRules(folder, 1 << 20, 3 << 20)))) {
      String first = id(upload(server, "batch", "one\n"));
      String second = id(upload(server, "user_data", "two"));
      String third = id(upload(server, "vision", "three"));
      JsonNode file = server.get("/v1/files/" + first).json();
      assertThat(file.path("bytes").asInt()).isEqualTo(4);
      assertThat(file.path("filename").asString()).isEqualTo("in.jsonl");
      assertThat(server.get("/v1/files/" + first + "/content").body()).isEqualTo("one\n");
      assertThat(ids(server.get("/v1/files"))).containsExactly(third, second, first);
      assertThat(ids(server.get("/v1/files?order=asc&limit=1&after=" + first)))
          .containsExactly(second);
      assertThat(server.get("/v1/files?limit=2").json().path("has_more").asBoolean()).isTrue();
      assertThat(ids(server.get("/v1/files?purpose=vision"))).containsExactly(third);
      assertThat(server.get("/v1/files?order=up").error()).startsWith("order: is 'up'");
      assertThat(server.delete("/v1/files/" + second).json().path("deleted").asBoolean()).isTrue();
      assertThat(server.get("/v1/files/" + second).status()).isEqualTo(404);
      assertThat(server.delete("/v1/files/" + second).status()).isEqualTo(404);
      assertThat(upload(server, "other", "x").error()).startsWith("purpose: is 'other'");
      assertThat(upload(server, "b".repeat(20_000), "x").error()).contains("is longer than");
      assertThat(server.post("/v1/files", "{}").error()).contains("send multipart/form-data");
      assertThat(announced(server, 2 << 20)).startsWith("HTTP/1.1 413 ");
      String most = "x".repeat((1 << 20) - 1000);
      for (int i = 0; i < 3; i++) {
        assertThat(upload(server, "batch", most).status()).isEqualTo(200);
      }
      assertThat(upload(server, "batch", most).error()).contains("--state-max");
      try (Stream<Path> left = Files.list(folder.resolve("incoming"))) {
        assertThat(left).isEmpty();
      }
    }
  }

  /** The first line of the answer to an upload that is said to be so large. */
  private static String announced(NanoServer server, long bytes) throws Exception {
    try (Socket socket = new Socket("127.0.0.1", server.server.port())) {
      String head =
          "POST /v1/files HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: %d\r\n\r\n"
              .formatted(bytes);
      socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
      return new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
          .readLine();
    }
  }

  private static List<String> ids(NanoServer.Answer list) {
    return list.json().path("data").valueStream().map(f -> f.path("id").asString()).toList();
  }

  @Test
  void inputsThatAreNoBatchesFailWithTheirLines() throws Exception {
    try (NanoServer server = server(b -> {})) {
      JsonNode failed =
          ended(server, begin(server, lines(1) + "\n{\"custom_id\": 3}\nnothing\n" + lines(1)));
      assertThat(failed.path("status").asString()).isEqualTo("failed");
      List<JsonNode> errors = failed.path("errors").path("data").valueStream().toList();
      assertThat(errors.stream().map(e -> e.path("line").asInt()).toList()).containsExactly(2, 3);
      assertThat(errors.getFirst().path("message").asString()).startsWith("custom_id: must be");
      JsonNode twice = ended(server, begin(server, lines(1) + "\n" + lines(1)));
      assertThat(twice.path("errors").toString()).contains("names an earlier request, too");
      assertThat(ended(server, begin(server, "\n")).path("errors").toString())
          .contains("the file has no requests");
      String file = id(upload(server, "batch", lines(1)));
      String other = id(server.post("/v1/batches", request(file, "/v1/responses", "2d")));
      assertThat(ended(server, other).path("errors").toString())
          .contains("and the batch is of /v1/responses");
      assertThat(ids(server.get("/v1/batches?limit=2"))).hasSize(2).contains(other);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "file-1|/v1/chat/completions|24h|there is no file 'file-1'",
        "FILE|/v1/messages|24h|endpoint: is '/v1/messages'",
        "FILE|/v1/chat/completions|soon|completion_window: is 'soon'",
        "DATA|/v1/chat/completions|24h|the file's purpose is not batch",
      })
  void wrongRequestsAreNamed(String file, String endpoint, String window, String error)
      throws Exception {
    try (NanoServer server = server(b -> {})) {
      String id =
          switch (file) {
            case "FILE" -> id(upload(server, "batch", lines(1)));
            case "DATA" -> id(upload(server, "user_data", lines(1)));
            default -> file;
          };
      NanoServer.Answer answer = server.post("/v1/batches", request(id, endpoint, window));
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.error()).contains(error);
      assertThat(server.get("/v1/batches/batch_1").status()).isEqualTo(404);
    }
  }

  @Test
  void keysSeeTheirOwnAlone() throws Exception {
    String[] one = {"Authorization", "Bearer one"};
    String[] two = {"Authorization", "Bearer two"};
    String batch;
    try (NanoServer server = server(b -> b.keys(ApiKeys.of(List.of("one", "two"))))) {
      assertThat(server.get("/v1/files").status()).isEqualTo(401);
      batch = begin(server, lines(2), one);
      JsonNode end = ended(server, batch, one);
      assertThat(end.path("status").asString()).isEqualTo("completed");
      String file = end.path("output_file_id").stringValue();
      for (String path :
          List.of("/v1/batches/" + batch, "/v1/files/" + file, "/v1/files/" + file + "/content")) {
        assertThat(server.get(path, two).status()).as(path).isEqualTo(404);
        assertThat(server.get(path, one).status()).as(path).isEqualTo(200);
      }
      assertThat(server.delete("/v1/files/" + file, two).status()).isEqualTo(404);
      assertThat(ids(server.get("/v1/files", two))).isEmpty();
      assertThat(ids(server.get("/v1/batches", two))).isEmpty();
      assertThat(
              server
                  .post(
                      "/v1/batches",
                      request(end.path("input_file_id").stringValue(), CHAT, "24h"),
                      two)
                  .error())
          .contains("there is no file");
    }
  }

  @Test
  void batchesAreGivenUp() throws Exception {
    try (NanoServer server = server(b -> {})) {
      String running = begin(server, lines(400));
      String waiting = begin(server, lines(3));
      while (server
              .get("/v1/batches/" + running)
              .json()
              .path("request_counts")
              .path("completed")
              .asInt()
          < 2) {
        Thread.sleep(5);
      }
      String input = server.get("/v1/batches/" + waiting).json().path("input_file_id").asString();
      assertThat(server.delete("/v1/files/" + input).error()).contains("cancel it first");
      for (String batch : List.of(waiting, running)) {
        assertThat(
                server
                    .post("/v1/batches/" + batch + "/cancel", "")
                    .json()
                    .path("status")
                    .asString())
            .isEqualTo("cancelling");
      }
      JsonNode end = ended(server, running);
      assertThat(end.path("status").asString()).isEqualTo("cancelled");
      int done = end.path("request_counts").path("completed").asInt();
      assertThat(done).isBetween(2, 399);
      assertThat(content(server, end.path("output_file_id"))).hasSize(done);
      assertThat(content(server, end.path("error_file_id"))).hasSize(400 - done);
      assertThat(ended(server, waiting).path("status").asString()).isEqualTo("cancelled");
    }
  }

  @Test
  void aServerOfTheSameFolderGoesOn() throws Exception {
    String batch;
    int before;
    try (NanoServer server = server(b -> {})) {
      batch = begin(server, lines(60));
      do {
        before =
            server
                .get("/v1/batches/" + batch)
                .json()
                .path("request_counts")
                .path("completed")
                .asInt();
      } while (before < 3);
      assertThatThrownBy(() -> server(b -> {}).close())
          .isInstanceOf(OcelliException.class)
          .hasMessageContaining("another process works on it");
    }
    try (NanoServer server = server(b -> {})) {
      JsonNode end = ended(server, batch);
      assertThat(end.path("status").asString()).isEqualTo("completed");
      List<JsonNode> out = content(server, end.path("output_file_id"));
      assertThat(out.stream().map(l -> l.path("custom_id").asString()).toList())
          .isEqualTo(IntStream.range(0, 60).mapToObj(i -> "r" + i).toList());
      assertThat(server.faults).isEmpty();
    }
  }

  @Test
  void withoutAFolderThereAreNone() {
    try (NanoServer server = new NanoServer()) {
      assertThat(server.get("/v1/files").status()).isEqualTo(501);
      assertThat(server.post("/v1/batches", "{}").error()).contains("--state-dir");
    }
  }
}
