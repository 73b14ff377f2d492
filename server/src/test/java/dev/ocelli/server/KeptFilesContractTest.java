package dev.ocelli.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.server.access.ApiKeys;
import dev.ocelli.server.batch.StateRules;
import java.awt.Color;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Parts that name files of {@code /v1/files}. */
class KeptFilesContractTest {
  private static final String RED = NanoServer.picture(128, 96, Color.RED);
  private static final String[] ONE = {"Authorization", "Bearer one"};
  private static final String[] TWO = {"Authorization", "Bearer two"};
  private static final String FILE = "{\"type\": \"file\", \"file\": {\"file_id\": \"%s\"}}";

  @TempDir Path folder;

  private static String upload(NanoServer server, byte[] content) throws Exception {
    String head =
        "--b\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nuser_data\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\n";
    HttpRequest request =
        server
            .builder("/v1/files", ONE)
            .header("Content-Type", "multipart/form-data; boundary=b")
            .POST(
                HttpRequest.BodyPublishers.concat(
                    HttpRequest.BodyPublishers.ofString(head),
                    HttpRequest.BodyPublishers.ofByteArray(content),
                    HttpRequest.BodyPublishers.ofString("\r\n--b--\r\n")))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> r = client.send(request, HttpResponse.BodyHandlers.ofString());
      return new NanoServer.Answer(r.statusCode(), r.body(), r).json().path("id").stringValue();
    }
  }

  private static NanoServer.Answer chat(NanoServer server, String part, String... headers) {
    return server.post(
        "/v1/chat/completions",
        """
        {"messages": [{"role": "user", "content": [%s, {"type": "text", "text": "What is it?"}]}],
         "max_tokens": 8, "temperature": 0}\
        """
            .formatted(part),
        headers);
  }

  private static String said(NanoServer.Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    JsonNode json = answer.json();
    return json.path("choices").path(0).path("message").path("content").asString()
        + json.path("output").path(0).path("content").path(0).path("text").asString()
        + json.path("content").path(0).path("text").asString();
  }

  private static void unknown(NanoServer.Answer answer, String param, String id) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(404);
    JsonNode error = answer.json().path("error");
    assertThat(error.path("code").asString()).isEqualTo("file_not_found");
    assertThat(error.path("param").asString()).isEqualTo(param);
    assertThat(error.path("message").asString()).contains("there is no file '" + id + "'");
  }

  @Test
  void idsStandForTheFilesOfTheirKey() throws Exception {
    try (NanoServer server =
        new NanoServer(
            b -> b.state(StateRules.in(folder)).keys(ApiKeys.of(List.of("one", "two"))))) {
      String id = upload(server, Base64.getDecoder().decode(NanoServer.base64(RED)));
      String wanted =
          said(
              chat(server, "{\"type\": \"image_url\", \"image_url\": \"%s\"}".formatted(RED), ONE));
      assertThat(said(chat(server, FILE.formatted(id), ONE))).isEqualTo(wanted);
      for (String part :
          List.of(
              "{\"type\": \"input_image\", \"file_id\": \"%s\", \"detail\": \"auto\"}",
              "{\"type\": \"input_file\", \"file_id\": \"%s\"}")) {
        NanoServer.Answer response =
            server.post(
                "/v1/responses",
                """
                {"input": [{"role": "user", "content": [
                  %s, {"type": "input_text", "text": "What is it?"}]}],
                 "max_output_tokens": 8, "temperature": 0}\
                """
                    .formatted(part.formatted(id)),
                ONE);
        assertThat(said(response)).isEqualTo(wanted);
      }
      String message =
          """
          {"max_tokens": 8, "temperature": 0, "messages": [{"role": "user", "content": [
            {"type": "image", "source": {"type": "file", "file_id": "%s"}},
            {"type": "text", "text": "What is it?"}]}]}\
          """
              .formatted(id);
      assertThat(said(server.post("/v1/messages", message, ONE))).isEqualTo(wanted);

      String at = "messages[0].content[0].file.file_id";
      unknown(chat(server, FILE.formatted(id), TWO), at, id);
      unknown(chat(server, FILE.formatted("../state.sqlite"), ONE), at, "../state.sqlite");
      NanoServer.Answer both =
          chat(
              server,
              FILE.formatted(id).replace("}}", ", \"file_data\": \"%s\"}}".formatted(RED)),
              ONE);
      assertThat(both.status()).isEqualTo(400);
      assertThat(both.error()).contains("stands beside file_data");
      String words = upload(server, "words".getBytes(StandardCharsets.UTF_8));
      NanoServer.Answer wrong = chat(server, FILE.formatted(words), ONE);
      assertThat(wrong.status()).isEqualTo(400);
      assertThat(wrong.json().path("error").path("param").asString()).isEqualTo(at);
      server.delete("/v1/files/" + id, ONE);
      unknown(chat(server, FILE.formatted(id), ONE), at, id);
    }
  }
}
