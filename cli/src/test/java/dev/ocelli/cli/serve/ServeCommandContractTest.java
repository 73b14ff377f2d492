package dev.ocelli.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.cli.CliHarness;
import dev.ocelli.cli.NanoFiles;
import dev.ocelli.cli.console.ExitCode;
import dev.ocelli.cli.console.Interrupts;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Options and variables of {@code ocelli serve}. */
class ServeCommandContractTest {
  private static final Pattern LISTENING =
      Pattern.compile("listening on (http://[0-9.]+:\\d+), lo");

  @TempDir Path folder;

  /** Starts a server, asks it something when it is ready, and ends it. */
  private CliHarness.Result serve(CliHarness cli, Map<String, Integer> paths, String... args)
      throws Exception {
    cli.interrupts = Interrupts.none();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        HttpClient client = HttpClient.newHttpClient()) {
      Future<CliHarness.Result> running = threads.submit(() -> cli.run(args));
      String err = "";
      while (!err.contains("ready: ") && !running.isDone()) {
        Thread.sleep(5);
        err = cli.err.toString(StandardCharsets.UTF_8);
      }
      Matcher m = LISTENING.matcher(err);
      assertThat(m.find()).as(err).isTrue();
      for (Map.Entry<String, Integer> e : paths.entrySet()) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(m.group(1) + e.getKey())).build();
        assertThat(client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
            .as(e.getKey())
            .isEqualTo(e.getValue());
      }
      threads.submit(cli.interrupts::interrupt);
      // The hook waits until everything is printed.
      CliHarness.Result result = running.get();
      cli.interrupts.finish();
      return result;
    }
  }

  @Test
  void takesTheLineOfLlamaServer() throws Exception {
    CliHarness cli = CliHarness.real();
    Path log = folder.resolve("access.log");
    CliHarness.Result r =
        serve(
            cli,
            Map.of("/", 404, "/health", 200, "/v1/models", 200, "/slots", 501),
            ("serve -m "
                    + NanoFiles.text()
                    + " --mmproj "
                    + NanoFiles.vision()
                    + " --host 127.0.0.1 --port 0 --n-gpu-layers 35 --ctx-size 2048 --batch-size 512 --threads 2"
                    + " -np 2 --no-slots --no-webui --temp 0.7 --access-log "
                    + log)
                .split(" "));
    assertThat(r.code()).isEqualTo(ExitCode.INTERRUPTED);
    assertThat(r.out()).isEmpty();
    assertThat(r.err())
        .contains("note: no effect: --gpu-layers: everything is computed on the CPU")
        .contains("2 replies at once with 2048 tokens of context each");
    assertThat(Files.readAllLines(log)).hasSize(4).allMatch(l -> l.startsWith("{\"time\":"));
  }

  @Test
  void variablesCountWhereTheCommandLineSaysNothing() throws Exception {
    CliHarness cli = CliHarness.real();
    cli.environment =
        Map.of(
            "LLAMA_API_KEY", "k",
            "LLAMA_ARG_CTX_SIZE", "1024",
            "LLAMA_ARG_N_PARALLEL", "3",
            "LLAMA_ARG_ENDPOINT_METRICS", "0",
            "LLAMA_ARG_NO_SUCH_THING", "1",
            "LLAMA_ARG_ALIAS", "tiny",
            "PORT", "0");
    CliHarness.Result r =
        serve(cli, Map.of("/health", 200, "/v1/models", 401), "serve", "-np", "1", "-t", "1");
    assertThat(r.err())
        .contains("model tiny, 1 replies at once with 1024 tokens")
        .contains("note: no effect: LLAMA_ARG_NO_SUCH_THING");
  }

  @Test
  void servesAFolderOfModels() throws Exception {
    Files.copy(NanoFiles.text(), folder.resolve("one.gguf"));
    Files.copy(NanoFiles.vision(), folder.resolve("mmproj-one.gguf"));
    Files.writeString(folder.resolve("other.gguf"), "no model");
    CliHarness.Result r =
        serve(
            CliHarness.real(),
            Map.of("/health", 200, "/v1/models/one", 200, "/v1/models/two", 404, "/props", 200),
            "serve",
            "--models-dir",
            folder.toString(),
            "--models-max",
            "2",
            "--model-ttl",
            "60",
            "--history",
            "sliding:3",
            "--embeddings",
            "--port",
            "0",
            "-c",
            "1024");
    assertThat(r.code()).isEqualTo(ExitCode.INTERRUPTED);
    assertThat(r.err())
        .contains("note: not served: " + folder.resolve("other.gguf"))
        .contains("ready: 1 model, loaded when requests name them, 4 replies at once each");
  }

  @Test
  void foldersWithoutModelsAreMistakes() {
    CliHarness.Result r =
        CliHarness.real().run("serve", "--port", "0", "--models-dir", folder.toString());
    assertThat(r.code()).isEqualTo(ExitCode.USAGE);
    assertThat(r.err()).contains("--models-dir " + folder + " has no model that can be served");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          serve --lora-scaled x                | --lora-scaled is 'x'; give FILE:SCALE
          serve --lora-dir /no/such          | --lora-dir /no/such is not a folder
          serve --models-dir . --lora x      | --lora is about one model and --models-dir serves many
          serve -hf a                        | names no model
          serve --hosst x                    | did you mean '--host'?
          serve --port 70000                 | --port is 70000
          serve --history slide              | history is 'slide'; use error, sliding
          serve --models-dir . -m x.gguf     | -m is about one model and --models-dir serves many
          serve --models-dir no-such-folder | --models-dir no-such-folder: there is no such folder
          serve --models-dir . --models-max -1 | --models-max is -1
          serve --pooling mean               | give it with the request
          serve -np 0                        | --parallel is 0
          serve --host 0.0.0.0 --port 0      | there is no API key
          serve --ssl-key-file x             | TLS needs both
          serve --media-path /no/such        | --media-path /no/such is not a folder
          serve --api-key-file /no/such      | /no/such: no such file
          serve --host no.such.host.invalid  | there is no address 'no.such.host.invalid'
          """)
  void mistakesAreOneLine(String line, String message) {
    CliHarness.Result r = CliHarness.real().run(line.strip().split(" +"));
    assertThat(r.err()).contains(message).startsWith("ocelli: ");
    assertThat(r.err().lines()).hasSize(1);
    assertThat(r.code()).isIn(ExitCode.USAGE, ExitCode.INPUT);
  }
}
