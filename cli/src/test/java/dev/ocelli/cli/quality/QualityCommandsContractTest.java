package dev.ocelli.cli.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ocelli.cli.CliHarness;
import dev.ocelli.cli.NanoFiles;
import dev.ocelli.cli.console.ExitCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code perplexity}, {@code kld} and {@code compare} on nano and its quantizations. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QualityCommandsContractTest {
  @TempDir static Path folder;
  private final String f16 = NanoFiles.text().toString();
  private final String mmproj = NanoFiles.vision().toString();
  private Path text = Path.of("");
  private Path pictures = Path.of("");
  private Path small = Path.of("");
  private Path reference = Path.of("");

  @BeforeAll
  void makeFiles() throws IOException {
    StringBuilder words = new StringBuilder();
    for (String line : Files.readAllLines(NanoFiles.evaluationSet())) {
      JsonNode q = JsonMapper.shared().readTree(line);
      words.append(words.isEmpty() ? "" : "\n");
      words.append(q.path("prompt").asString()).append('\n');
      words.append(q.path("truth").asString()).append('\n');
    }
    text = Files.writeString(folder.resolve("text.txt"), words);
    pictures = Files.createDirectory(folder.resolve("pictures"));
    try (Stream<Path> all = Files.list(NanoFiles.evaluationSet().resolveSibling("images"))) {
      for (Path p : all.sorted().limit(2).toList()) {
        Files.copy(p, pictures.resolve(p.getFileName()));
      }
    }
    small = folder.resolve("small.gguf");
    ok("quantize", f16, small.toString(), "Q2_K");
    reference = folder.resolve("reference");
    ok("perplexity", "-m", f16, "-f", text, "-c", 256, "--chunks", 6, "--save-logits", reference);
  }

  private static CliHarness.Result run(Object... words) {
    List<String> args = new ArrayList<>();
    for (Object w : words) {
      args.add(w.toString());
    }
    return CliHarness.real().run(args.toArray(String[]::new));
  }

  private static String ok(Object... words) {
    CliHarness.Result r = run(words);
    assertThat(r.code()).as(r.err()).isZero();
    return r.out();
  }

  private static JsonNode json(Object... words) {
    return JsonMapper.shared().readTree(ok(words));
  }

  /** What llama-perplexity prints for the same file, text and windows. */
  @Test
  void perplexityIsThatOfLlamaCpp() {
    JsonNode r =
        json("perplexity", "-m", f16, "-f", text, "-c", 256, "--chunks", 6, "--json", "--exact");
    assertThat(r.path("ppl").asDouble()).isCloseTo(82.8673, within(0.03));
    assertThat(r.path("ppl_error").asDouble()).isCloseTo(14.87658, within(0.01));
    assertThat(r.path("chunks").asInt()).isEqualTo(6);
    assertThat(r.path("scored").asInt()).isEqualTo(6 * 127);
  }

  @Test
  void runningValuesAndTheResultArePrinted() {
    CliHarness.Result r =
        run("perplexity", "-m", f16, "-f", text, "-c", "128", "--chunks", "9", "-t", "1");
    assertThat(r.code()).isZero();
    assertThat(r.out()).matches("PPL = \\d+\\.\\d{4} ± \\d+\\.\\d{5} \\(9 windows of 128.*\\)\n");
    assertThat(r.err().lines()).hasSize(2).first().asString().startsWith("[1/9] ");
    assertThat(r.out()).contains(r.err().substring(r.err().lastIndexOf(' ') + 1).strip());
    CliHarness.Result quiet =
        run("perplexity", "-q", "-m", f16, "-f", text, "-c", 128, "--chunks", 9, "-b", 5);
    assertThat(quiet.err()).isEmpty();
    assertThat(value(quiet.out())).as("chunks change nothing").isEqualTo(value(r.out()));
  }

  private static String value(String out) {
    return out.substring(0, out.indexOf('('));
  }

  @Test
  void divergenceGrowsAsBitsGetFewer() {
    JsonNode same = json("kld", "-m", f16, "--reference", reference, "--json", "-f", text);
    assertThat(same.path("kld").asDouble()).isCloseTo(0, within(1e-5));
    assertThat(same.path("same_top").asDouble()).isEqualTo(1);
    assertThat(same.path("correlation").asDouble()).isCloseTo(1, within(1e-3));
    JsonNode few = json("kld", "-m", small, "--reference", reference, "--json");
    assertThat(few.path("kld").asDouble()).isBetween(0.05, 1.0);
    assertThat(few.path("kld_percentiles").path("p99.9").asDouble())
        .isBetween(
            few.path("kld_percentiles").path("median").asDouble(),
            few.path("kld_percentiles").path("max").asDouble());
    assertThat(few.path("same_top").asDouble()).isBetween(0.5, 0.99);
    assertThat(few.path("probability_change_rms").asDouble()).isPositive();
    assertThat(few.path("ppl_reference").asDouble())
        .isEqualTo(same.path("ppl_reference").asDouble());
    String table = ok("kld", "-q", "-m", small, "--reference", reference, "--chunks", "2");
    assertThat(table)
        .contains("PPL(model)/PPL(reference)", "99.9%", "Median", "RMS", "2 windows of 256");
  }

  @Test
  void filesAreKeptUnlessForced() throws IOException {
    byte[] before = Files.readAllBytes(reference);
    CliHarness.Result r = run("perplexity", "-m", f16, "-f", text, "--save-logits", reference);
    assertThat(r.code()).isEqualTo(ExitCode.USAGE);
    assertThat(r.err()).contains("--force").hasLineCount(1);
    assertThat(reference).hasBinaryContent(before);
    Path other = Files.writeString(folder.resolve("other"), "x");
    ok(
        "perplexity",
        "-m",
        f16,
        "-f",
        text,
        "-c",
        256,
        "--chunks",
        6,
        "--save-logits",
        other,
        "--force");
    assertThat(other).hasBinaryContent(before);
  }

  @Test
  void interruptedWorkWritesNoFile() {
    CliHarness harness = CliHarness.real();
    harness.interrupts.interrupt();
    Path out = folder.resolve("never");
    CliHarness.Result r =
        harness.run(
            "perplexity", "-m", f16, "-f", text.toString(), "--save-logits", out.toString());
    assertThat(r.err()).contains("not written, as the work was interrupted").hasLineCount(1);
    assertThat(r.code()).isNotZero();
    assertThat(out).doesNotExist();
  }

  @Test
  void aModelAgreesWithItself() {
    JsonNode r = json("compare", f16, f16, "--mmproj", mmproj, pictures, "--json", "-n", 8);
    assertThat(r.path("questions").asInt()).isEqualTo(2);
    assertThat(r.path("same").asInt()).isEqualTo(r.path("positions").asInt()).isEqualTo(16);
    assertThat(r.path("max_kld").asDouble()).isZero();
    assertThat(r.path("differing").asInt()).isZero();
    assertThat(r.path("cosine").path("least").asDouble()).isCloseTo(1, within(1e-12));
    assertThat(r.path("deepstack_cosine").path("rows").asInt()).isPositive();
    assertThat(r.path("results").get(0).path("reply_a").asString()).startsWith("There is one");
  }

  @Test
  void twoModelsDifferWhereTheirRepliesDo() throws IOException {
    Path prompts =
        Files.writeString(folder.resolve("prompts"), "Hello, who are you?\n\nTell me a story.\n");
    CliHarness.Result r = run("compare", f16, small, "--prompts", prompts);
    assertThat(r.code()).as(r.err()).isZero();
    assertThat(r.out()).contains("| Hello, who are you? |", "all 2").doesNotContain("NaN");
    JsonNode all = json("compare", f16, small, "--prompts", prompts, "--json");
    for (JsonNode one : all.path("results")) {
      assertThat(one.path("max_kld").asDouble()).isPositive();
      boolean differs = one.has("reply_b");
      assertThat(one.path("same").asInt() < one.path("positions").asInt()).isEqualTo(differs);
      assertThat(differs && one.path("reply_a").equals(one.path("reply_b"))).isFalse();
      if (differs) {
        assertThat(r.out())
            .contains(
                "  B: " + one.path("reply_b").asString().strip().lines().findFirst().orElse(""));
      }
    }
    String csv = ok("compare", f16, small, "--prompts", prompts, "--csv", "-n", "2");
    assertThat(csv).startsWith("question,positions,same,").contains("\"Tell me a story.\",2,");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "perplexity -m F16|missing required option",
        "perplexity -m F16 -f none|none: no such file",
        "perplexity -m F16 -f EMPTY|EMPTY: the text is empty",
        "perplexity -m F16 -f SHORT|SHORT: the text has 2 tokens, fewer than a window of 512",
        "perplexity -m F16 -f LATIN|LATIN: cannot be read as a text: is not UTF-8 text",
        "perplexity -m F16 -f TEXT -c 3|--ctx-size 3 is out of range; give 4 or more",
        "perplexity -m F16 -f TEXT --chunks 0|--chunks 0 is out of range",
        "perplexity -m F16 -f TEXT --save-logits TEXT --force|written and read at once",
        "perplexity -m F16 -f TEXT --save-logits none/x|there is no folder",
        "kld -m F16|missing required option",
        "kld -m F16 --reference none|none: no such file; make it with perplexity",
        "kld -m F16 --reference TEXT|TEXT: this is no file of logits",
        "kld -m F16 --reference SHORT|SHORT: this is no file of logits",
        "kld -m F16 --reference CUT|CUT: has 99,999 bytes, but 6 windows of 256 tokens",
        "kld -m F16 --reference REF -c 512|made with windows of 256 tokens, not 512",
        "kld -m F16 --reference REF -f LONG|is not what REF was made with",
        "kld -m F16 --reference OTHER|was made with a vocabulary of 7 tokens, but",
        "compare F16|missing required parameter",
        "compare F16 F16|there is nothing to ask",
        "compare F16 F16 EMPTYDIR|the folder has no pictures",
        "compare F16 F16 TEXT|TEXT",
        "compare F16 F16 -p x -m F16|leave out -m",
        "compare F16 F16 -p x -n 0|--n-predict 0 is out of range",
        "compare F16 F16 -p x --json --csv|exclude each other",
        "compare F16 F16 -p x --prompts TEXT|exclude each other",
        "compare F16 F16 --prompts EMPTY|the file has no prompts",
        "compare F16 F16 -p x --tmp none|none: --tmp names no folder",
        "compare F16 TINY -p x -n 1|have different tokenizers (1280 and 1024 tokens)"
      })
  void wrongUseIsExplained(String line, String message) throws IOException {
    Path dir = Files.createDirectories(folder.resolve("wrong"));
    Files.createDirectories(dir.resolve("EMPTYDIR"));
    Files.writeString(dir.resolve("EMPTY"), "");
    Files.writeString(dir.resolve("SHORT"), "Yes.");
    Files.write(dir.resolve("LATIN"), "Gr\u00fc\u00dfe".getBytes(StandardCharsets.ISO_8859_1));
    Files.writeString(dir.resolve("LONG"), "The red star. ".repeat(999));
    Files.write(dir.resolve("CUT"), Arrays.copyOf(Files.readAllBytes(reference), 99_999));
    Files.write(dir.resolve("OTHER"), otherVocabulary());
    String[] args = line.split(" ");
    for (int i = 0; i < args.length; i++) {
      args[i] =
          switch (args[i]) {
            case "F16" -> f16;
            case "REF" -> reference.toString();
            case "TEXT" -> text.toString();
            case "TINY" -> NanoFiles.other().toString();
            default ->
                Files.exists(dir.resolve(args[i])) ? dir.resolve(args[i]).toString() : args[i];
          };
    }
    CliHarness.Result r = CliHarness.real().run(args);
    assertThat(r.code()).isNotZero();
    assertThat(r.out()).isEmpty();
    String named =
        r.err()
            .replace(dir + "/", "")
            .replace(reference.toString(), "REF")
            .replace(text.toString(), "TEXT");
    assertThat(named).contains(message).hasLineCount(1);
  }

  /** A whole file of one window of four tokens for a model of seven. */
  private static byte[] otherVocabulary() {
    ByteBuffer b = ByteBuffer.allocate(20 + 16 + 8 + 16).order(ByteOrder.LITTLE_ENDIAN);
    b.put("_logits_".getBytes(StandardCharsets.US_ASCII)).putInt(4).putInt(7).putInt(1);
    return b.array();
  }
}
