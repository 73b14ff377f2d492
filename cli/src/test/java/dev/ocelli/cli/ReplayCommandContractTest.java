package dev.ocelli.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.gguf.GgufFile;
import dev.ocelli.engine.model.ModelFiles;
import dev.ocelli.engine.record.Checksum;
import dev.ocelli.engine.runtime.Engine;
import dev.ocelli.engine.runtime.EngineOptions;
import dev.ocelli.nano.NanoModel;
import dev.ocelli.server.OcelliServer;
import dev.ocelli.server.ServerOptions;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Records of replies, and {@code ocelli replay}, with the engine and the embedded model. */
class ReplayCommandContractTest {
  private static final String PICTURE = "../examples/circle-ring-square.png";
  private static final JsonMapper JSON = JsonMapper.shared();

  @TempDir Path temp;

  private static CliHarness.Result ocelli(String... args) {
    return CliHarness.real().run(args);
  }

  private Path recordOf(String... more) {
    Path file = temp.resolve("record.json");
    String[] args = {
      "run",
      "-m",
      "nano",
      "--image",
      PICTURE,
      "-p",
      "Describe this image.",
      "--record",
      file.toString(),
      "--temp",
      "1.5",
      "--top-k",
      "0",
      "--top-p",
      "1",
      "-n",
      "30"
    };
    String[] all = java.util.Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    CliHarness.Result r = ocelli(all);
    assertThat(r.code()).as(r.err()).isZero();
    return file;
  }

  private static JsonNode json(Path file) throws IOException {
    return JSON.readTree(Files.readString(file));
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  @Test
  void aRecordSaysWhatTheReplyDependsOn() throws Exception {
    JsonNode record = json(recordOf("-s", "7", "-l", "5-inf", "--repeat-penalty", "1.1"));
    JsonNode files = record.path("model").path("files");
    assertThat(files).hasSize(2);
    assertThat(files.path(0).path("part").stringValue()).isEqualTo("language");
    byte[] text = NanoModel.text(Arena.ofAuto()).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
    assertThat(files.path(0).path("sha256").stringValue()).isEqualTo(sha256(text));
    JsonNode picture = record.path("media").path(0);
    assertThat(picture.path("sha256").stringValue())
        .isEqualTo(sha256(Files.readAllBytes(Path.of(PICTURE))));
    assertThat(picture.path("grid_thw")).hasSize(3);
    assertThat(picture.has("data")).isFalse();
    JsonNode sampling = record.path("sampling");
    assertThat(sampling.path("seed").stringValue()).isEqualTo("7");
    assertThat(sampling.path("steps").valueStream().map(s -> s.path("step").stringValue()))
        .containsExactly(
            "logit_bias",
            "penalties",
            "dry",
            "top_k",
            "typical_p",
            "top_p",
            "min_p",
            "temperature");
    assertThat(sampling.path("steps").path(0).path("biases").path(0).path("bias").stringValue())
        .isEqualTo("-inf");
    assertThat(sampling.path("steps").path(7).path("value").doubleValue()).isEqualTo(1.5);
    assertThat(record.path("computed").path("level").stringValue()).isNotEmpty();
    assertThat(record.path("prompt").path("tokens").size())
        .isGreaterThan(picture.path("tokens").intValue());
    assertThat(record.path("reply").path("tokens")).isNotEmpty();
    assertThat(record.path("reply").path("finish_reason").stringValue()).isNotEmpty();
  }

  @Test
  void aReplyIsMadeAgain() throws Exception {
    // The seed is drawn: only the record knows it.
    Path file = recordOf("-s", "-1", "--stop", "zzz");
    String text = json(file).path("reply").path("text").stringValue();
    CliHarness.Result again = ocelli("replay", file.toString(), "-t", "1", "--chunk", "7");
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(again.out()).isEqualTo(text + "\n");
    assertThat(again.err()).contains("the same reply: ").doesNotContain("differs");
    JsonNode report = JSON.readTree(ocelli("replay", file.toString(), "--json").out());
    assertThat(report.path("same").booleanValue()).isTrue();
    assertThat(report.path("surroundings")).isEmpty();
  }

  @Test
  void aConstrainedReplyIsMadeAgain() {
    Path file =
        recordOf("-j", "{\"type\": \"object\", \"properties\": {\"n\": {\"type\": \"integer\"}}}");
    CliHarness.Result again = ocelli("replay", file.toString(), "-q");
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(again.out()).startsWith("{");
  }

  @Test
  void picturesAreFoundByTheirContentsOrInTheRecord() throws IOException {
    Path file = recordOf();
    Path moved = temp.resolve("moved.json");
    Files.writeString(moved, resealed(file, r -> named(r, "gone.png")));
    CliHarness.Result missing = ocelli("replay", moved.toString());
    assertThat(missing.code()).isEqualTo(ExitCode.INPUT);
    assertThat(missing.err()).contains("gone.png").contains("give its file with --image");
    assertThat(ocelli("replay", moved.toString(), "--image", PICTURE).code()).isZero();

    Path whole = recordOf("--record-media");
    Files.writeString(whole, resealed(whole, r -> named(r, "gone.png")));
    assertThat(ocelli("replay", whole.toString()).code()).isZero();
  }

  @Test
  void pagesAreMadeAgainFromTheirDocument() throws IOException {
    Path pdf =
        PdfPages.write(temp.resolve("a.pdf"), List.of(Path.of(PICTURE), Path.of(PICTURE)), "words");
    Path file = temp.resolve("page.json");
    CliHarness.Result made =
        ocelli(
            "run",
            "-m",
            "nano",
            "--image",
            pdf + "#pages=2",
            "--dpi",
            "50",
            "-p",
            "What is it?",
            "-n",
            "4",
            "--temp",
            "1.2",
            "--record",
            file.toString(),
            "--record-media");
    assertThat(made.code()).as(made.err()).isZero();
    assertThat(made.err()).contains("note: " + pdf + ": the record has its hash alone");
    JsonNode media = json(file).path("media").path(0);
    assertThat(media.path("type").stringValue()).isEqualTo("page");
    assertThat(media.path("page").intValue()).isEqualTo(2);
    assertThat(media.has("data")).isFalse();
    Path moved = Files.move(pdf, temp.resolve("b.pdf"));
    CliHarness.Result gone = ocelli("replay", file.toString());
    assertThat(gone.code()).isEqualTo(ExitCode.INPUT);
    assertThat(gone.err()).contains("the document '" + pdf + "' with SHA-256").contains("--image");
    CliHarness.Result again = ocelli("replay", file.toString(), "--image", moved.toString());
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(again.err()).contains("the same reply: ").doesNotContain("differs");
    // The same file drawn by something else: told, and compared all the same.
    Files.writeString(
        file,
        resealed(
            file, r -> ((ObjectNode) r.path("media").path(0)).put("drawn_as", "another renderer")));
    CliHarness.Result other = ocelli("replay", file.toString(), "--image", moved.toString());
    assertThat(other.code()).isZero();
    assertThat(other.err()).contains("differs: media[0] was drawn as another renderer");
    Files.writeString(
        file, resealed(file, r -> ((ObjectNode) r.path("media").path(0)).put("page", 9)));
    refused(Files.readString(file), "the record has page 9 of", "--image", moved.toString());
    Files.copy(Path.of(PICTURE), pdf);
    CliHarness.Result changed = ocelli("replay", file.toString());
    assertThat(changed.err()).contains("in the record,").contains("as it is; give the right file");
  }

  @Test
  void clipsAreMadeAgainFromTheirFile() throws IOException {
    Path clip = temp.resolve("clip.gif");
    Files.copy(Path.of("../media/src/test/resources/pictures/animated.gif"), clip);
    for (List<String> part : List.of(List.<String>of(), List.of("--start", "0.05"))) {
      Path file = temp.resolve("clip%d.json".formatted(part.size()));
      List<String> args =
          new ArrayList<>(
              List.of(
                  "run",
                  "-m",
                  "nano",
                  "--video",
                  clip.toString(),
                  "-p",
                  "What is it?",
                  "-n",
                  "4",
                  "--temp",
                  "1.2",
                  "--sample-fps",
                  "20",
                  "--record",
                  file.toString()));
      args.addAll(part);
      CliHarness.Result made = ocelli(args.toArray(String[]::new));
      assertThat(made.code()).as(made.err()).isZero();
      assertThat(json(file).path("media").path(0).has("range")).isEqualTo(!part.isEmpty());
      CliHarness.Result again = ocelli("replay", file.toString());
      assertThat(again.code()).as(again.err()).isZero();
      assertThat(again.err()).contains("the same reply: ").doesNotContain("differs");
    }
    Path moved = Files.move(clip, temp.resolve("moved.gif"));
    String file = temp.resolve("clip2.json").toString();
    assertThat(ocelli("replay", file).err()).contains("the video '" + clip);
    String far =
        resealed(
            Path.of(file),
            r -> ((ObjectNode) r.path("media").path(0).path("range")).put("first", 9999));
    refused(far, "media[0].range.first is 9999", "--image", moved.toString());
  }

  private static void named(ObjectNode record, String name) {
    ((ObjectNode) record.path("media").path(0)).put("name", name);
  }

  /** A record that was changed by somebody who knows how to make its checksum. */
  private static String resealed(Path file, Consumer<ObjectNode> change) throws IOException {
    ObjectNode record = (ObjectNode) json(file);
    change.accept(record);
    record.put("checksum", Checksum.of(record));
    return JSON.writeValueAsString(record);
  }

  @Test
  void whatDiffersIsSaid() throws IOException {
    Path file = recordOf("-s", "7");
    Path other = temp.resolve("other.json");
    // Another token in the record, another model, another program.
    Files.writeString(
        other,
        resealed(
            file,
            r -> {
              ((tools.jackson.databind.node.ArrayNode) r.path("reply").path("tokens")).set(3, 1);
              ((ObjectNode) r.path("model").path("files").path(0)).put("sha256", "ab12");
              ((ObjectNode) r.path("program")).put("version", "0.0.1");
              ((ObjectNode) r.path("computed")).put("level", "made-up");
            }));
    CliHarness.Result r = ocelli("replay", other.toString());
    assertThat(r.code()).isEqualTo(ExitCode.FAILED_CHECK);
    assertThat(r.err())
        .contains("differs: model.files[0].sha256 is ab12 in the record, ")
        .contains("differs: program.version is 0.0.1 in the record, ")
        .contains("differs: computed.level is made-up in the record, ")
        .contains("differs: token 3 is 1 in the record, ")
        .contains("another reply: ");
    JsonNode report = JSON.readTree(ocelli("replay", other.toString(), "--json", "-q").out());
    assertThat(report.path("first_different_token").intValue()).isEqualTo(3);
  }

  @Test
  void aChangedRecordIsAnError() throws IOException {
    Path file = recordOf();
    String text = Files.readString(file);
    refused(text.replace("\"finish_reason\" : \"", "\"finish_reason\" : \"x"), "checksum");
    refused(text.substring(0, text.length() / 2), "no JSON");
    refused("{}", "no record");
    refused("[]", "no record");
    refused(resealed(file, r -> r.put("record", 99)), "form 99");
    refused(resealed(file, r -> r.remove("prompt")), "prompt is missing");
    refused(resealed(file, r -> r.putObject("prompt")), "prompt.tokens is missing");
    refused(
        resealed(file, r -> ((ObjectNode) r.path("prompt")).putArray("tokens").add(1 << 30)),
        "prompt.tokens[0] is 1073741824");
    refused(
        resealed(file, r -> ((ObjectNode) r.path("prompt")).putArray("places")),
        "prompt.places are not those of all pictures");
    refused(
        resealed(file, r -> ((ObjectNode) r.path("media").path(0)).put("min_tokens", 5000)),
        "media[0].resized_width is");
    refused(
        resealed(file, r -> ((ObjectNode) r.path("media").path(0)).put("sha256", "00")),
        "give the right file");
    refused(
        resealed(
            file, r -> ((ObjectNode) r.path("sampling").path("steps").path(7)).put("value", -3)),
        "sampling: temperature");
    refused(resealed(file, r -> ((ObjectNode) r.path("sampling")).put("seed", "x")), "seed is no");
    refused(
        resealed(file, r -> ((ObjectNode) r.path("limits")).putArray("stop").add(3)),
        "limits.stop holds");
  }

  private void refused(String record, String why, String... more) throws IOException {
    Path file = temp.resolve("bad.json");
    Files.writeString(file, record);
    List<String> args = new ArrayList<>(List.of("replay", file.toString()));
    args.addAll(List.of(more));
    CliHarness.Result r = ocelli(args.toArray(String[]::new));
    assertThat(r.code()).as(r.err()).isEqualTo(ExitCode.INPUT);
    assertThat(r.err()).contains(file.toString()).contains(why);
    assertThat(r.err().lines().filter(l -> l.startsWith("ocelli: "))).hasSize(1);
  }

  @Test
  void anotherModelMustBeNamed() throws IOException {
    Path file = recordOf();
    Path other = temp.resolve("other.json");
    Files.writeString(
        other,
        resealed(
            file,
            r -> ((ObjectNode) r.path("model").path("files").path(0)).put("name", "big.gguf")));
    CliHarness.Result r = ocelli("replay", other.toString());
    assertThat(r.code()).isEqualTo(ExitCode.USAGE);
    assertThat(r.err()).contains("was made with big.gguf").contains("-m");
  }

  @Test
  void whatTheServerRecordsIsMadeAgainHere() throws Exception {
    Arena arena = Arena.ofAuto();
    ModelFiles files =
        ModelFiles.of(
            GgufFile.of(NanoModel.text(arena), NanoModel.TEXT_ORIGIN),
            GgufFile.of(NanoModel.vision(arena), NanoModel.VISION_ORIGIN));
    String url =
        "data:image/png;base64,"
            + Base64.getEncoder().encodeToString(Files.readAllBytes(Path.of(PICTURE)));
    String frames = String.join("\", \"", url, url, url);
    String how = "\"temperature\": 1.2, \"top_p\": 1, \"max_tokens\": 20, \"deterministic\": true";
    String clip =
        """
        {"messages": [{"role": "user", "content": [{"type": "video", "video": ["%s"]},
          {"type": "text", "text": "Describe this image."}]}], %s, "record_media": true, "n": 2}\
        """
            .formatted(frames, how);
    String picture =
        """
        {"input": [{"role": "user", "content": [{"type": "input_image", "image_url": "%s"},
          {"type": "input_text", "text": "Describe this image."}]}], %s}\
        """
            .formatted(url, how.replace("max_tokens", "max_output_tokens"));
    String plain = "{\"prompt\": \"a red\", %s}".formatted(how);
    try (Engine engine =
            Engine.open(files, EngineOptions.DEFAULT.withThreads(2, 2), (done, total) -> {});
        OcelliServer server = OcelliServer.start(ServerOptions.onThisMachine(0).build())) {
      server.serve(engine, "nano", List.of());
      String chat = post(server, "/v1/chat/completions", clip);
      again(chat, JSON.readTree(chat).path("choices").path(0).path("message").path("content"));
      // The second reply has a seed of its own, and a record.
      JsonNode second = JSON.readTree(chat).path("choices").path(1);
      again(second.toString(), second.path("message").path("content"));
      String response = post(server, "/v1/responses", picture);
      again(
          response,
          JSON.readTree(response).path("output").path(0).path("content").path(0).path("text"),
          "--image",
          PICTURE);
      String completion = post(server, "/v1/completions", plain);
      again(completion, JSON.readTree(completion).path("choices").path(0).path("text"));
      String own = post(server, "/completion", plain);
      again(own, JSON.readTree(own).path("content"));
      // A stream has it in the last chunk of the reply.
      String stream =
          post(server, "/v1/chat/completions", clip.replace("\"n\": 2", "\"stream\": true"));
      String last = "";
      StringBuilder streamed = new StringBuilder();
      for (String line : stream.lines().filter(l -> l.startsWith("data: {")).toList()) {
        JsonNode choice = JSON.readTree(line.substring(6)).path("choices").path(0);
        streamed.append(choice.path("delta").path("content").asString(""));
        last = choice.has("record") ? choice.toString() : last;
      }
      again(last, JSON.getNodeFactory().stringNode(streamed.toString()));
      anthropicAndOllama(server, url);
      assertThat(post(server, "/v1/completions", plain.replace("deterministic", "record_media")))
          .contains("needs deterministic: true");
    }
  }

  private void anthropicAndOllama(OcelliServer server, String url) throws Exception {
    String data = url.substring(url.indexOf(',') + 1);
    String message =
        """
        {"max_tokens": 20, "deterministic": true, "messages": [{"role": "user", "content": [
          {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "%s"}},
          {"type": "text", "text": "Describe this image."}]}]}\
        """
            .formatted(data);
    String made = post(server, "/v1/messages", message);
    JsonNode text = JSON.readTree(made).path("content").path(0).path("text");
    again(made, text, "--image", PICTURE);
    String asked = message.replace("\"max_tokens\"", "\"stream\": true, \"max_tokens\"");
    String delta =
        post(server, "/v1/messages", asked)
            .lines()
            .filter(l -> l.startsWith("data: {\"type\":\"message_delta\""))
            .findFirst()
            .orElseThrow();
    again(delta.substring(6), text, "--image", PICTURE);
    String chat =
        """
        {"stream": false, "deterministic": true, "record_media": true, "options": {"num_predict": 20},
          "messages": [{"role": "user", "content": "Describe this image.", "images": ["%s"]}]}\
        """
            .formatted(data);
    made = post(server, "/api/chat", chat);
    text = JSON.readTree(made).path("message").path("content");
    again(made, text);
    String lines = post(server, "/api/chat", chat.replace("\"stream\": false,", ""));
    again(lines.lines().toList().getLast(), text);
    String plain =
        "{\"prompt\": \"a red\", \"raw\": true, \"stream\": false, \"options\": {\"num_predict\": 20}, \"deterministic\": true}";
    made = post(server, "/api/generate", plain);
    again(made, JSON.readTree(made).path("response"));
    for (String path : List.of("/v1/messages", "/api/chat")) {
      String body = path.equals("/api/chat") ? chat : message;
      assertThat(post(server, path, body.replace("deterministic", "determinstic")))
          .contains("determinstic");
      assertThat(
              post(server, path, body.replace("\"deterministic\": true", "\"record_media\": true")))
          .contains("record_media");
    }
  }

  private void again(String answer, JsonNode text, String... more) throws IOException {
    Path file = temp.resolve("answer.json");
    Files.writeString(file, answer);
    String[] args =
        java.util.Arrays.copyOf(new String[] {"replay", file.toString()}, 2 + more.length);
    System.arraycopy(more, 0, args, 2, more.length);
    CliHarness.Result r = ocelli(args);
    assertThat(r.code()).as(r.err()).isZero();
    assertThat(r.out()).isEqualTo(text.stringValue() + "\n");
  }

  private static String post(OcelliServer server, String path, String body) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                  .header("Content-Type", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofString(body))
                  .build(),
              HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8))
          .body();
    }
  }
}
