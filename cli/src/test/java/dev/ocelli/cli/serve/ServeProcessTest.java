package dev.ocelli.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Starts the server as hosted machines do, and ends it with a signal. */
class ServeProcessTest {
  @Test
  void servesUntilASignalComes() throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of("..", "start.sh").toAbsolutePath().normalize().toString(),
            "--host",
            "127.0.0.1");
    builder.environment().put("OCELLI_NO_BUILD", "1");
    builder.environment().put("OCELLI_AOT", "off");
    builder.environment().put("PORT", "0");
    builder.redirectErrorStream(true);
    Process process = builder.start();
    try (BufferedReader out = process.inputReader();
        HttpClient client = HttpClient.newHttpClient()) {
      String listening = out.readLine();
      assertThat(listening).startsWith("listening on http://127.0.0.1:");
      StringBuilder rest = new StringBuilder();
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        rest.append(line).append('\n');
        if (line.startsWith("ready: ")) {
          break;
        }
      }
      assertThat(rest).contains("note: --insecure").contains("ready: model");
      String url = listening.substring("listening on ".length(), listening.indexOf(','));
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(url + "/v1/chat/completions"))
              .POST(
                  HttpRequest.BodyPublishers.ofString(
                      "{\"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}], \"max_tokens\": 2}"))
              .build();
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      // Process.destroy would close the streams, too.
      process.toHandle().destroy();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(out.readLine()).startsWith("closing; running requests get 30 s");
      assertThat(process.exitValue()).isEqualTo(143);
    } finally {
      process.destroyForcibly();
    }
  }
}
