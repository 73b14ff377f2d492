package dev.ocelli.cli.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.cli.CliHarness;
import dev.ocelli.cli.NanoFiles;
import dev.ocelli.cli.console.ExitCode;
import dev.ocelli.engine.gguf.GgufFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code imatrix} and {@code quantize} on the embedded model's files. */
class QuantizeCommandContractTest {
  @TempDir Path folder;
  private final String in = NanoFiles.text().toString();

  @Test
  void aFileIsWrittenAndReported() throws IOException {
    Path out = folder.resolve("q.gguf");
    CliHarness.Result r = new CliHarness().run("quantize", in, out.toString(), "q4_k_m", "2");
    assertThat(r.code()).as(r.err()).isZero();
    assertThat(r.out().lines())
        .anyMatch(l ->
            l.matches(
                "blk\\.0\\.attn_q\\.weight +\\[256, 256\\] +F16 -> Q4_K +.*error.*% of rms.*"));
    assertThat(r.out().lines().toList().getLast())
        .matches(
            "Q4_K_M: 57 tensors \\(.*Q4_K.*\\), .* MiB of .* MiB, [45]\\.\\d\\d bits a weight, .* s");
    try (GgufFile f = GgufFile.open(out)) {
      assertThat(f.metadata().getInt("general.file_type")).isEqualTo(15);
      assertThat(f.metadata().getInt("general.quantization_version")).isEqualTo(2);
    }
    byte[] before = Files.readAllBytes(out);
    CliHarness.Result again = new CliHarness().run("quantize", in, out.toString(), "Q8_0");
    assertThat(again.code()).isEqualTo(ExitCode.USAGE);
    assertThat(again.err()).contains("--force").hasLineCount(1);
    assertThat(out).hasBinaryContent(before);
    assertThat(new CliHarness().run("quantize", "--force", in, out.toString(), "Q8_0").code())
        .isZero();
    assertThat(Files.size(out)).isNotEqualTo(before.length);
  }

  @Test
  void importanceOfTextAndPicturesIsUsed() throws IOException {
    Path text = Files.writeString(folder.resolve("t.txt"), "The cat sat on the mat. ".repeat(60));
    Path pictures = NanoFiles.evaluationSet().resolveSibling("images");
    Path few = Files.createDirectory(folder.resolve("few"));
    try (Stream<Path> all = Files.list(pictures)) {
      for (Path p : all.sorted().limit(2).toList()) {
        Files.copy(p, few.resolve(p.getFileName()));
      }
    }
    Path matrix = folder.resolve("i.gguf");
    CliHarness real = CliHarness.real();
    CliHarness.Result r =
        real.run(
            "imatrix",
            "-m",
            in,
            "-mm",
            NanoFiles.vision().toString(),
            "-f",
            text.toString(),
            "--images",
            few.toString(),
            "-p",
            "What is this?",
            "-n",
            "3",
            "--chunk-tokens",
            "64",
            "--chunks",
            "2",
            "-o",
            matrix.toString());
    assertThat(r.code()).as(r.err()).isZero();
    assertThat(r.out()).contains("from 4 parts");
    for (Path file : new Path[] {NanoFiles.text(), NanoFiles.vision()}) {
      CliHarness.Result q =
          new CliHarness()
              .run(
                  "quantize",
                  "--imatrix",
                  matrix.toString(),
                  "--json",
                  file.toString(),
                  folder.resolve("q-" + file.getFileName()).toString(),
                  "Q4_0");
      assertThat(q.code()).as(q.err()).isZero();
      JsonNode json = JsonMapper.shared().readTree(q.out());
      for (JsonNode t : json.path("tensors")) {
        boolean layer = t.path("name").asString().contains("blk");
        boolean rounded = t.path("to").asString().startsWith("Q4");
        if (layer && rounded) {
          assertThat(t.path("by_importance").asBoolean()).as(t.toString()).isTrue();
        }
      }
    }
    try (GgufFile f = GgufFile.open(folder.resolve("q-" + NanoFiles.text().getFileName()))) {
      assertThat(f.metadata().getString("quantize.imatrix.file")).isEqualTo("i.gguf");
      assertThat(f.metadata().getString("quantize.imatrix.dataset")).isEqualTo("t.txt");
      assertThat(f.metadata().getInt("quantize.imatrix.chunks_count")).isEqualTo(4);
    }
  }

  @Test
  void aDryRunWritesNothing() {
    Path out = folder.resolve("q.gguf");
    CliHarness.Result r = new CliHarness().run("quantize", "--dry-run", in, out.toString(), "Q6_K");
    assertThat(r.code()).as(r.err()).isZero();
    assertThat(r.out()).contains("F16 -> Q6_K").doesNotContain("error");
    assertThat(folder).isEmptyDirectory();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "IN OUT Q4_L|type 'Q4_L' is unknown, did you mean 'Q4_0'?",
        "IN OUT Q4_0 0|THREADS 0 is out of range",
        "IN OUT Q4_0 --tensor-type attn_v|is no rule; write it as in attn_v=Q8_0",
        "IN OUT Q4_0 --tensor-type (=Q8_0|has no regular expression",
        "IN OUT Q4_0 --tensor-type attn_v=Q9|--tensor-type 'Q9' is unknown",
        "IN OUT Q4_0 --output-tensor-type i32|--output-tensor-type 'i32' is unknown",
        "IN OUT COPY --pure|COPY changes no tensor's type",
        "IN OUT Q4_0 --leave-output-tensor --output-tensor-type q8_0|exclude each other",
        "IN IN Q4_0 --force|written and read at once",
        "IN OUT/x.gguf Q4_0|there is no folder",
        "IN OUT IQ2_XXS|ocelli imatrix",
        "none.gguf OUT Q4_0|none.gguf: there is no such file",
        "IN OUT Q4_0 --imatrix IN|metadata key 'imatrix.chunk_count' is missing"
      })
  void wrongUseIsExplained(String words, String message) {
    Path out = folder.resolve("q.gguf");
    String[] args = ("quantize " + words).split(" ");
    for (int i = 0; i < args.length; i++) {
      args[i] = args[i].equals("IN") ? in : args[i].replace("OUT", out.toString());
    }
    CliHarness.Result r = new CliHarness().run(args);
    assertThat(r.code()).isNotZero();
    assertThat(r.err()).contains(message).hasLineCount(1);
    assertThat(folder).isEmptyDirectory();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-o OUT|nothing to run the model over",
        "-o OUT -f none.txt --chunk-tokens 1|--chunk-tokens 1 is out of range",
        "-o OUT -f none.txt --chunks 0|--chunks 0 is out of range",
        "-o OUT -f none.txt -n -1|--n-predict -1 is out of range",
        "-o OUT -f none.txt|none.txt: no such file",
        "-o OUT --images DIR|the folder has no pictures",
        "-f none.txt|missing required option"
      })
  void wrongUseOfImatrixIsExplained(String words, String message) {
    String[] args = ("imatrix " + words).split(" ");
    for (int i = 0; i < args.length; i++) {
      args[i] =
          args[i]
              .replace("OUT", folder.resolve("i.gguf").toString())
              .replace("DIR", folder.toString());
    }
    CliHarness.Result r = CliHarness.real().run(args);
    assertThat(r.code()).isNotZero();
    assertThat(r.err()).contains(message).hasLineCount(1);
    assertThat(folder).isEmptyDirectory();
  }
}
