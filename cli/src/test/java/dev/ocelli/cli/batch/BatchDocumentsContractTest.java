package dev.ocelli.cli.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.cli.CliHarness;
import dev.ocelli.cli.PdfPages;
import dev.ocelli.cli.console.ExitCode;
import dev.ocelli.server.wire.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.encryption.AccessPermission;
import org.apache.pdfbox.pdmodel.encryption.StandardProtectionPolicy;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code ocelli batch} over a folder with documents: a request a page. */
class BatchDocumentsContractTest {
  private static final Path RING = BatchFixture.EXAMPLES.resolve("ring-heart.png");
  private static final Path HEART = BatchFixture.EXAMPLES.resolve("heart-diamond-circle.png");

  @TempDir Path folder;

  private Path in() {
    return folder.resolve("in");
  }

  private static CliHarness.Result ocelli(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("-p", "Describe this image.", "--temp", "0", "-n", "24", "-t", "2"));
    all.addAll(List.of("-m", "nano"));
    return CliHarness.real().run(all.toArray(String[]::new));
  }

  private CliHarness.Result batch(Path out, String... more) {
    List<String> all = new ArrayList<>(List.of("batch", in().toString(), out.toString()));
    all.addAll(List.of(more));
    return ocelli(all.toArray(String[]::new));
  }

  private static JsonNode json(String line) {
    return Json.parse(line.getBytes(StandardCharsets.UTF_8));
  }

  @BeforeEach
  void files() throws IOException {
    Files.createDirectories(in().resolve("more of #1"));
    Path scan = PdfPages.write(in().resolve("scan.pdf"), List.of(RING, HEART, RING), "");
    byte[] whole = Files.readAllBytes(scan);
    Files.write(in().resolve("broken.pdf"), java.util.Arrays.copyOf(whole, whole.length / 2));
    Files.writeString(in().resolve("none.PDF"), "not one");
    Files.copy(RING, in().resolve("z.png"));
    try (PDDocument document = Loader.loadPDF(whole)) {
      document.protect(new StandardProtectionPolicy("owner", "secret", new AccessPermission()));
      document.save(in().resolve("locked.pdf").toFile());
    }
    ImageWriter writer = ImageIO.getImageWritersByFormatName("tiff").next();
    try (ImageOutputStream out =
        ImageIO.createImageOutputStream(in().resolve("more of #1/fax.tif").toFile())) {
      writer.setOutput(out);
      writer.prepareWriteSequence(null);
      for (Path p : List.of(HEART, RING)) {
        writer.writeToSequence(new IIOImage(ImageIO.read(p.toFile()), null, null), null);
      }
      writer.endWriteSequence();
    }
  }

  @Test
  void eachPageIsAnsweredOnItsOwn() throws IOException {
    Path out = folder.resolve("out.jsonl");
    CliHarness.Result r = batch(out);
    assertThat(r.code()).as(r.err()).isEqualTo(ExitCode.FAILED_CHECK);
    List<JsonNode> lines =
        Files.readAllLines(out).stream().map(BatchDocumentsContractTest::json).toList();
    assertThat(lines.stream().map(l -> l.path("id").asString()))
        .containsExactly(
            "broken.pdf",
            "locked.pdf",
            "none.PDF",
            "scan.pdf#page=1",
            "scan.pdf#page=2",
            "scan.pdf#page=3",
            "z.png",
            "more of #1/fax.tif#page=1",
            "more of #1/fax.tif#page=2");
    assertThat(lines.get(0).path("error").asString())
        .startsWith("broken.pdf: PDF document is cut off");
    assertThat(lines.get(1).path("error").asString())
        .startsWith("locked.pdf: PDF document is encrypted and needs a password");
    assertThat(lines.get(2).path("error").asString()).startsWith("none.PDF: is no PDF");
    for (int page : List.of(2, 3)) {
      String single =
          ocelli("run", "--json", "--image", in().resolve("scan.pdf") + "#pages=" + page).out();
      assertThat(lines.get(2 + page).path("text")).isEqualTo(json(single).path("text"));
      assertThat(lines.get(2 + page).path("prompt_tokens").asInt()).isPositive();
    }
    assertThat(lines.get(4).path("text")).isNotEqualTo(lines.get(5).path("text"));
    assertThat(lines.get(8).path("text")).isEqualTo(lines.get(6).path("text"));

    Path parts = folder.resolve("parts.jsonl");
    for (int i = 0; i < 3; i++) {
      batch(parts, "-np", "1", "--max-items", String.valueOf(4 - i));
    }
    assertThat(Files.readString(parts)).isEqualTo(Files.readString(out));
  }

  @Test
  void aPasswordOpensDocumentsAndIsASetting() throws IOException {
    Path out = folder.resolve("out.jsonl");
    for (String other : List.of("broken.pdf", "none.PDF", "scan.pdf", "more of #1/fax.tif")) {
      Files.delete(in().resolve(other));
    }
    batch(out, "--max-items", "1");
    assertThat(batch(out, "--pdf-password", "secret").err()).contains("other settings");
    CliHarness.Result r = batch(out, "--pdf-password", "secret", "--restart");
    assertThat(r.code()).as(r.err()).isEqualTo(ExitCode.OK);
    List<String> lines = Files.readAllLines(out);
    assertThat(lines).hasSize(4);
    assertThat(lines.getFirst()).startsWith("{\"id\":\"locked.pdf#page=1\"");
    assertThat(lines).noneMatch(l -> l.contains("secret"));
  }
}
