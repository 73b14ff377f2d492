package dev.ocelli.cli.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.cli.CliHarness;
import dev.ocelli.cli.PdfPages;
import dev.ocelli.server.wire.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Kills {@code ocelli batch} without warning, again and again. */
class BatchProcessTest {
  private static final int REQUESTS = 40;

  @TempDir Path folder;

  private static List<String> arguments(Path in, Path out) {
    return List.of(
        "batch",
        in.toString(),
        out.toString(),
        "-p",
        "Describe this image.",
        "--temp",
        "0",
        "-n",
        "32",
        "-t",
        "2",
        "-m",
        "nano",
        "-np",
        "3");
  }

  private Process start(List<String> arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.ocelli.cli.Main"));
    command.addAll(arguments);
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("log").toFile())
        .start();
  }

  @Test
  void killedAtAnyMomentItGoesOnWithoutLossOrDuplicate() throws Exception {
    Path in = BatchFixture.requests(folder, REQUESTS);
    Path whole = folder.resolve("whole.jsonl");
    CliHarness.real().run(arguments(in, whole).toArray(String[]::new));
    assertThat(Files.readAllLines(whole)).hasSize(REQUESTS);
    Path out = folder.resolve("out.jsonl");
    Random random = new Random(11);
    int kills = 0;
    for (int run = 0; run < 3; run++) {
      Process process = start(arguments(in, out));
      try {
        // At any size of the output, the one that it has already included: then before any work.
        long size = out.toFile().length();
        long enough = size + random.nextInt(3) * 700L;
        while (process.isAlive()
            && (out.toFile().length() < enough || run == 0 && out.toFile().length() == 0)) {
          process.waitFor(1, TimeUnit.MILLISECONDS);
        }
        process.waitFor(random.nextInt(30), TimeUnit.MILLISECONDS);
      } finally {
        kills += process.isAlive() ? 1 : 0;
        process.destroyForcibly().waitFor();
      }
      if (random.nextBoolean() && out.toFile().length() > 0) {
        Files.writeString(out, "{\"torn\": ", StandardOpenOption.APPEND);
      }
    }
    assertThat(kills).as(Files.readString(folder.resolve("log"))).isPositive();
    assertThat(CliHarness.real().run(arguments(in, out).toArray(String[]::new)).err())
        .contains("0 left");
    assertThat(Files.readString(out)).isEqualTo(Files.readString(whole));
  }

  @Test
  void killedAmongThePagesOfADocumentItGoesOnAtTheNextPage() throws Exception {
    Path in = Files.createDirectories(folder.resolve("in"));
    Path ring = BatchFixture.EXAMPLES.resolve("ring-heart.png");
    PdfPages.write(in.resolve("scan.pdf"), Collections.nCopies(12, ring), "");
    Files.writeString(in.resolve("broken.pdf"), "%PDF-1.4");
    Path whole = folder.resolve("whole.jsonl");
    CliHarness.real().run(arguments(in, whole).toArray(String[]::new));
    Path out = folder.resolve("out.jsonl");
    Process process = start(arguments(in, out));
    try {
      // Behind the line of the broken file and that of a page.
      while (process.isAlive() && out.toFile().length() < 250) {
        process.waitFor(1, TimeUnit.MILLISECONDS);
      }
    } finally {
      process.destroyForcibly().waitFor();
    }
    CliHarness.real().run(arguments(in, out).toArray(String[]::new));
    assertThat(Files.readAllLines(out)).hasSize(13);
    assertThat(Files.readString(out)).isEqualTo(Files.readString(whole));
  }

  @Test
  void aKilledServerGoesOnWithItsBatches() throws Exception {
    String body =
        "{\"temperature\": 0, \"max_tokens\": 40, \"ignore_eos\": true, \"messages\": [{\"role\": \"user\", \"content\": \"Hi %d\"}]}";
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < REQUESTS; i++) {
      lines.append(
          "{\"custom_id\": \"r%d\", \"method\": \"POST\", \"url\": \"/v1/chat/completions\", \"body\": %s}\n"
              .formatted(i, body.formatted(i)));
    }
    String form =
        "--b\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"in.jsonl\"\r\n\r\n%s\r\n--b--\r\n"
            .formatted(lines);
    String batch = "";
    JsonNode now = Json.object();
    int kills = 0;
    for (boolean over = false; !over; ) {
      Process process =
          start(
              List.of(
                  "serve",
                  "--port",
                  "0",
                  "-t",
                  "2",
                  "--state-dir",
                  folder.resolve("state").toString()));
      try (HttpClient client = HttpClient.newHttpClient()) {
        String url = url(process);
        if (batch.isEmpty()) {
          String file = ask(client, url + "/v1/files", form).path("id").asString();
          batch =
              ask(
                      client,
                      url + "/v1/batches",
                      "{\"input_file_id\": \"%s\", \"endpoint\": \"/v1/chat/completions\", \"completion_window\": \"24h\"}"
                          .formatted(file))
                  .path("id")
                  .asString();
        }
        int enough = kills < 1 ? REQUESTS / 4 : Integer.MAX_VALUE;
        do {
          Thread.sleep(5);
          now = ask(client, url + "/v1/batches/" + batch, null);
          over = now.path("status").asString().equals("completed");
        } while (!over && now.path("request_counts").path("completed").asInt() < enough);
        if (over) {
          String path = "/v1/files/" + now.path("output_file_id").asString() + "/content";
          assertThat(
                  send(client, url + path, null)
                      .lines()
                      .map(l -> parse(l).path("custom_id").asString()))
              .isEqualTo(IntStream.range(0, REQUESTS).mapToObj(i -> "r" + i).toList());
        }
      } finally {
        process.destroyForcibly().waitFor();
        kills++;
      }
    }
    assertThat(kills).isEqualTo(2);
    assertThat(now.path("request_counts").path("completed").asInt()).isEqualTo(REQUESTS);
  }

  private String url(Process process) throws Exception {
    Path log = folder.resolve("log");
    Pattern listening = Pattern.compile("listening on (http://[0-9.:]+),");
    while (process.isAlive()) {
      String said = Files.readString(log);
      Matcher m = listening.matcher(said);
      if (m.find() && said.contains("ready: ")) {
        return m.group(1);
      }
      Thread.sleep(5);
    }
    throw new AssertionError(Files.readString(log));
  }

  private static JsonNode ask(HttpClient client, String url, @Nullable String body)
      throws Exception {
    return parse(send(client, url, body));
  }

  private static JsonNode parse(String text) {
    return Json.parse(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String send(HttpClient client, String url, @Nullable String body)
      throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
    if (body != null) {
      String type = body.startsWith("--") ? "multipart/form-data; boundary=b" : "application/json";
      request.header("Content-Type", type).POST(HttpRequest.BodyPublishers.ofString(body));
    }
    HttpResponse<String> answer =
        client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }
}
