package dev.ocelli.cli.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.ocelli.cli.CliHarness;
import dev.ocelli.cli.NanoFiles;
import dev.ocelli.cli.console.ExitCode;
import dev.ocelli.cli.model.HubEnvironment;
import dev.ocelli.hub.HubSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** pull, list, rm, du and -hf, with the embedded model's files on a hub of this machine. */
class PullCommandContractTest {
  private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
  private static final String PICTURE = "../examples/circle-ring-square.png";

  @TempDir Path temp;
  private HttpServer server;
  private final Map<String, byte[]> files = new TreeMap<>();
  private final AtomicInteger requests = new AtomicInteger();

  @BeforeEach
  void begin() throws Exception {
    files.put("nano-F16.gguf", Files.readAllBytes(NanoFiles.text()));
    files.put("mmproj-nano-F16.gguf", Files.readAllBytes(NanoFiles.vision()));
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        x -> {
          try (x) {
            answer(x);
          }
        });
    server.start();
  }

  @AfterEach
  void end() {
    server.stop(0);
  }

  private void answer(HttpExchange x) throws IOException {
    requests.incrementAndGet();
    String path = x.getRequestURI().getPath();
    byte[] body;
    if (path.equals("/api/models/o/nano")) {
      body =
          "{\"sha\":\"%s\",\"tags\":[\"license:mit\"]}"
              .formatted(COMMIT)
              .getBytes(StandardCharsets.UTF_8);
    } else if (path.startsWith("/api/models/o/nano/tree/")) {
      List<String> entries =
          files.entrySet().stream()
              .map(e ->
                  "{\"type\":\"file\",\"path\":\"%s\",\"size\":%d,\"oid\":\"0\",\"lfs\":{\"oid\":\"%s\",\"size\":%d}}"
                      .formatted(
                          e.getKey(),
                          e.getValue().length,
                          sha256(e.getValue()),
                          e.getValue().length))
              .toList();
      body = ("[" + String.join(",", entries) + "]").getBytes(StandardCharsets.UTF_8);
    } else {
      byte[] file = files.get(path.substring(path.lastIndexOf('/') + 1));
      body = file == null ? new byte[0] : file;
    }
    x.sendResponseHeaders(body.length == 0 ? 404 : 200, body.length == 0 ? -1 : body.length);
    x.getResponseBody().write(body);
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private CliHarness.Result run(String... args) {
    CliHarness harness = CliHarness.real();
    harness.environment =
        Map.of(
            "HF_ENDPOINT",
            "http://127.0.0.1:" + server.getAddress().getPort(),
            "OCELLI_HOME",
            temp.resolve("home").toString(),
            "HOME",
            temp.toString());
    return harness.run(args);
  }

  @Test
  void aModelIsPulledListedVerifiedAndRemoved() throws Exception {
    CliHarness.Result pulled = run("pull", "o/nano:f16");
    assertThat(pulled.code()).as(pulled.err()).isZero();
    Path folder = temp.resolve("home/models/huggingface/o/nano");
    assertThat(pulled.out())
        .isEqualTo(
            "%s\n%s\n"
                .formatted(
                    folder.resolve("nano-F16.gguf"), folder.resolve("mmproj-nano-F16.gguf")));
    assertThat(pulled.err()).startsWith("downloading ").hasLineCount(1);
    assertThat(run("pull", "o/nano", "-q").err()).isEmpty();

    assertThat(run("list").out()).startsWith("hf:o/nano:F16  ").contains("  0123456789ab  mit  20");
    JsonNode list = JsonMapper.shared().readTree(run("list", "--verify", "--json").out());
    assertThat(list.path("files").size()).isEqualTo(2);
    assertThat(list.path("faults").size()).isZero();
    assertThat(run("du").out()).contains("1 repositories, ");

    Files.write(folder.resolve("nano-F16.gguf"), new byte[] {1});
    CliHarness.Result wrong = run("list", "--verify");
    assertThat(wrong.code()).isEqualTo(ExitCode.FAILED_CHECK);
    assertThat(wrong.out()).contains("nano-F16.gguf has 1 bytes, not");
    assertThat(run("rm", "o/nano").err()).startsWith("removed hf:o/nano, ");
    assertThat(run("list").out()).isEmpty();
    assertThat(run("rm", "o/nano").code()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void commandsTakeModelsOfHubs() {
    String plain =
        CliHarness.real().run("describe", "-q", "-m", NanoFiles.text().toString(), PICTURE).out();
    CliHarness.Result first = run("describe", "-q", "-hf", "o/nano", PICTURE);
    assertThat(first.code()).as(first.err()).isZero();
    assertThat(first.out()).isEqualTo(plain);
    int asked = requests.get();
    assertThat(run("describe", "-q", "-m", "hf:o/nano:F16", PICTURE).out()).isEqualTo(plain);
    assertThat(run("describe", "-q", "-hf", "o/nano", "--offline", PICTURE).out()).isEqualTo(plain);
    assertThat(requests.get()).isEqualTo(asked);
  }

  @Test
  void commandsOnFilesTakeThemToo() {
    CliHarness.Result shown = run("show", "-q", "hf:o/nano:F16");
    assertThat(shown.code()).as(shown.err()).isZero();
    assertThat(shown.out()).contains("nano-F16.gguf");
    int asked = requests.get();
    Path out = temp.resolve("nano-Q8_0.gguf");
    CliHarness.Result made =
        run("quantize", "-q", "--offline", "hf:o/nano", out.toString(), "Q8_0");
    assertThat(made.code()).as(made.err()).isZero();
    assertThat(out).exists();
    assertThat(run("verify", "-q", "hf:o/nano").code()).isZero();
    assertThat(run("edit", "hf:o/nano", temp.resolve("e.gguf").toString(), "--set", "a.b=u8:1"))
        .extracting(CliHarness.Result::code)
        .isEqualTo(0);
    assertThat(requests.get()).isEqualTo(asked);
    CliHarness.Result none = run("split", "hf:o/nothing", temp.resolve("s").toString());
    assertThat(none.code()).isEqualTo(ExitCode.MODEL);
    assertThat(none.err()).contains("HTTP 404").hasLineCount(1);
  }

  @Test
  void mistakesAreOneLine() {
    assertThat(run("run", "-hf", "o/nano", "-m", "x.gguf", "-p", "x").err())
        .isEqualTo("ocelli: -m and -hf are given, and each names a model; leave one\n");
    assertThat(run("run", "--hf-file", "x.gguf", "-m", "y.gguf", "-p", "x").err())
        .contains("--hf-file is given without a repository");
    assertThat(run("pull", "o/nano:Q2_K").err()).contains("nothing there is Q2_K; there are: F16");
    CliHarness.Result none = run("pull", "o/nothing");
    assertThat(none.err()).contains("HTTP 404").startsWith("ocelli: ");
    assertThat(none.code()).isEqualTo(ExitCode.MODEL);
    CliHarness.Result offline = run("run", "-hf", "o/nano", "--offline", "-p", "x");
    assertThat(offline.err()).contains("leave out --offline");
  }

  @Test
  void environmentsAreUnderstood() {
    HubEnvironment e =
        new HubEnvironment(
            Map.of(
                "HF_TOKEN", " t ",
                "MODELSCOPE_DOMAIN", "www.modelscope.cn/",
                "MODELSCOPE_API_TOKEN", "m",
                "HTTPS_PROXY", "http://u:p@proxy:3128",
                "NO_PROXY", "localhost,.example.org"));
    HubSettings s = e.settings(null, false);
    assertThat(s.huggingFace().token()).isEqualTo("t");
    assertThat(s.huggingFace().toString()).doesNotContain("t)").endsWith("(with a token)");
    assertThat(s.modelScope().base()).hasToString("https://www.modelscope.cn");
    ProxySelector proxies = Objects.requireNonNull(s.transport().proxy());
    assertThat(proxies.select(URI.create("https://x.net/")).toString()).contains("proxy");
    assertThat(proxies.select(URI.create("https://a.example.org/")).toString()).contains("DIRECT");
    assertThat(proxies.select(URI.create("http://x.net/")).toString()).contains("DIRECT");
    assertThat(new HubEnvironment(Map.of("HF_HUB_OFFLINE", "1")).settings(null, false).offline())
        .isTrue();
  }
}
