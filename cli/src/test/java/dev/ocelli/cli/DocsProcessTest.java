package dev.ocelli.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Runs what the documentation tells users to run, as they do: in a shell, with the finished
 * program, the example pictures and a server.
 */
class DocsProcessTest {
  private static final String ADDRESS = "http://127.0.0.1:8080";

  /** Paths of the server in the documentation, in pieces of code and in addresses. */
  private static final Pattern ROUTE =
      Pattern.compile(
          "(?:^|[ ,`(])((?:/v1|/api)/[A-Za-z0-9_/-]+)|127\\.0\\.0\\.1:8080(/[A-Za-z0-9_/.$-]+)");

  @TempDir static Path work;

  private static Process server;
  private static String url;

  @BeforeAll
  static void start() throws Exception {
    for (String tool : List.of("sh", "curl", "base64")) {
      assumeTrue(isInstalled(tool), tool + " is not installed; the documentation is not run");
    }
    Files.writeString(work.resolve(".curlrc"), "silent\nshow-error\nfail-with-body\n");
    ProcessBuilder builder =
        shell(folder("server"), "exec ./ocelli serve --port 0 --state-dir state");
    builder.redirectErrorStream(true);
    server = builder.start();
    BufferedReader out = server.inputReader();
    String listening = out.readLine();
    assertThat(listening).startsWith("listening on http://127.0.0.1:");
    url = listening.substring("listening on ".length(), listening.indexOf(','));
    assertThat(out.readLine()).startsWith("ready: ");
  }

  @AfterAll
  static void stop() throws Exception {
    if (server != null) {
      server.destroyForcibly();
    }
    try (Stream<Path> all = Files.walk(work)) {
      for (Path link : all.filter(Files::isSymbolicLink).toList()) {
        Files.delete(link);
      }
    }
  }

  @Test
  void whatPagesTellToRunRunsAndPrintsWhatTheySay() throws Exception {
    List<Future<List<String>>> pages = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      for (DocPage page : DocPage.all()) {
        pages.add(threads.submit(() -> run(page)));
      }
    }
    List<String> wrong = new ArrayList<>();
    for (Future<List<String>> page : pages) {
      wrong.addAll(page.get());
    }
    assertThat(wrong).isEmpty();
    long run =
        DocPage.all().stream()
            .flatMap(p -> p.blocks().stream())
            .filter(b -> b.mark().equals("run"))
            .count();
    assertThat(run).isGreaterThan(20);
  }

  /** Everything that a page tells to run, in order, in one folder. */
  private static List<String> run(DocPage page) throws Exception {
    List<String> wrong = new ArrayList<>();
    Path folder = folder(page.name().replace('/', '-'));
    String printed = "";
    for (DocPage.Block block : page.blocks()) {
      String at = page.name() + ":" + block.line() + ": ";
      if (block.mark().startsWith("file: ")) {
        Files.writeString(folder.resolve(block.mark().substring("file: ".length())), block.text());
      } else if (block.mark().equals("run")) {
        Path errors = folder.resolve("errors");
        ProcessBuilder builder = shell(folder, block.text());
        builder.redirectError(errors.toFile());
        Process process = builder.start();
        process.outputWriter().close();
        printed = new String(process.getInputStream().readAllBytes(), UTF_8);
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
          wrong.add(at + block.text() + printed + Files.readString(errors));
        }
      } else if (block.mark().equals("prints") && !matches(block.text(), printed)) {
        wrong.add(at + "it prints\n" + printed);
      }
    }
    return wrong;
  }

  private static boolean matches(String expected, String printed) {
    String pattern =
        Stream.of(expected.strip().split("\\.\\.\\.", -1))
            .map(Pattern::quote)
            .collect(Collectors.joining(".*"));
    return Pattern.compile(pattern, Pattern.DOTALL).matcher(printed.strip()).matches();
  }

  @Test
  void routesInThePagesAreThoseOfTheServer() throws Exception {
    Set<String> real = routes();
    Set<String> named = new TreeSet<>();
    List<String> wrong = new ArrayList<>();
    for (DocPage page : DocPage.all()) {
      List<String> code = new ArrayList<>(page.code());
      page.blocks().forEach(b -> code.addAll(b.text().lines().toList()));
      for (String piece : code) {
        ROUTE
            .matcher(piece)
            .results()
            .map(m -> m.group(1) != null ? m.group(1) : m.group(2))
            .map(r -> r.replaceAll("/(ID|NAME|[$][a-z]+|(?:file-|batch_)[.]+)", "/{name}"))
            .filter(r -> !r.equals("/v1")) // the base address of clients
            .forEach(r -> {
              named.add(r);
              if (!real.contains(r)) {
                wrong.add(page.name() + ": " + r);
              }
            });
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(named).hasSizeGreaterThan(25);
  }

  @Test
  void everyRouteIsDescribed() throws Exception {
    String pages = "";
    for (String name : List.of("server.md", "lora.md", "batch.md")) {
      pages += Files.readString(DocPage.ROOT.resolve("docs").resolve(name));
    }
    for (String route : routes()) {
      String path = route.replaceFirst("/\\{name\\}.*", "");
      assertThat(pages).contains(path.startsWith("/v1") ? path.substring(3) : path);
    }
  }

  private static Set<String> routes() throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/openapi.json")).build();
      JsonNode api =
          JsonMapper.shared()
              .readTree(client.send(request, HttpResponse.BodyHandlers.ofString()).body());
      Set<String> routes = new TreeSet<>(api.path("paths").propertyNames());
      assertThat(routes).hasSizeGreaterThan(40);
      return routes;
    }
  }

  /** A folder that looks like the tree of the program. */
  private static Path folder(String name) throws IOException {
    Path folder = Files.createDirectories(work.resolve(name));
    for (String part : List.of("ocelli", "cli", "examples")) {
      Files.createSymbolicLink(folder.resolve(part), DocPage.ROOT.resolve(part));
    }
    return folder;
  }

  private static ProcessBuilder shell(Path folder, String script) {
    String commands = url == null ? script : script.replace(ADDRESS, url);
    ProcessBuilder builder = new ProcessBuilder("sh", "-euc", commands).directory(folder.toFile());
    var environment = builder.environment();
    String java = Path.of(System.getProperty("java.home", ""), "bin").toString();
    environment.put(
        "PATH",
        String.join(
            File.pathSeparator, folder.toString(), java, String.valueOf(System.getenv("PATH"))));
    environment.put("OCELLI_NO_BUILD", "1");
    environment.put("OCELLI_AOT", "off");
    environment.put("OCELLI_HOME", work.resolve("home").toString());
    environment.put("CURL_HOME", work.toString());
    environment.put("no_proxy", "127.0.0.1");
    return builder;
  }

  private static boolean isInstalled(String tool) {
    return Stream.of(String.valueOf(System.getenv("PATH")).split(File.pathSeparator, -1))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
  }
}
