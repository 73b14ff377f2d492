package dev.ocelli.cli.answer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.cli.CliHarness;
import dev.ocelli.cli.console.ExitCode;
import dev.ocelli.engine.grammar.Constraint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ExtractCommandContractTest {
  private static final String ANSWER =
      "{\"name\": {\"value\": \"=1+1, \\\"x\\\"\", \"bbox_2d\": [100, 200, 500, 1000]}, \"n\": {\"value\": 7, \"bbox_2d\": null}}";

  @TempDir Path folder;
  private final CliHarness cli = new CliHarness();
  private String schema = "";
  private String picture = "";

  @BeforeEach
  void write() throws IOException {
    schema =
        Files.writeString(
                folder.resolve("schema.json"),
                "{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\"},\"n\":{\"type\":\"integer\"}},\"required\":[\"name\",\"n\"]}")
            .toString();
    picture = Files.writeString(folder.resolve("a.png"), "200x100").toString();
    cli.answers = request -> ANSWER;
  }

  @Test
  void aPictureGivesALine() {
    CliHarness.Result r = cli.run("extract", schema, picture);
    assertThat(r.code()).as(r.err()).isZero();
    JsonNode json = JsonMapper.shared().readTree(r.out());
    assertThat(json.path("file").asString()).isEqualTo(picture);
    assertThat(json.path("data").toString()).isEqualTo("{\"name\":\"=1+1, \\\"x\\\"\",\"n\":7}");
    assertThat(json.path("fields").path(0).path("box").toString()).isEqualTo("[100,200,500,1000]");
    assertThat(json.path("fields").path(1).path("box").isNull()).isTrue();
    assertThat(cli.requests.getFirst().sampling().temperature()).isZero();
    assertThat(cli.requests.getFirst().topLogprobs()).isZero();
    assertThat(cli.requests.getFirst().control().constraint())
        .isInstanceOf(Constraint.JsonSchema.class);
  }

  @Test
  void tablesAreRowsThatSpreadsheetsReadAsText() throws IOException {
    Path out = folder.resolve("out.csv");
    CliHarness.Result r =
        cli.run("extract", schema, picture, "--format", "csv", "-o", out.toString());
    assertThat(r.code()).as(r.err()).isZero();
    assertThat(Files.readAllLines(out))
        .hasSize(3)
        .first()
        .isEqualTo("file,page,path,value,confidence,left,top,right,bottom");
    assertThat(Files.readAllLines(out).get(1))
        .startsWith(picture + ",,/name,\"'=1+1, \"\"x\"\"\",");
    assertThat(Files.readAllLines(out).get(2)).contains(",/n,7,").endsWith(",,,,");
  }

  @Test
  void aFileThatCannotBeReadDoesNotStopTheOthers() {
    String missing = folder.resolve("missing.png").toString();
    CliHarness.Result r = cli.run("extract", schema, missing, picture);
    assertThat(r.code()).isEqualTo(ExitCode.INPUT);
    assertThat(r.out().lines()).hasSize(2);
    assertThat(r.out().lines().findFirst().orElse("")).contains("\"error\":");
    assertThat(r.err()).contains("missing.png");
  }

  @Test
  void whatIsTrueIsComparedAndCalibrates() throws IOException {
    String truth =
        Files.writeString(
                folder.resolve("truth.jsonl"),
                "{\"file\": \"a.png\", \"data\": {\"name\": \"=1+1, \\\"x\\\"\", \"n\": 8}}\n")
            .toString();
    Path table = folder.resolve("calibration.json");
    CliHarness.Result r =
        cli.run(
            "extract", schema, picture, "-q", "--truth", truth, "--calibrate", table.toString());
    assertThat(r.code()).as(r.err()).isZero();
    assertThat(r.err())
        .startsWith("1 of 1 pictures and pages with known values were read\n")
        .containsPattern("/n +1 +0.0% +0\n")
        .containsPattern("/name +1 +100.0% +0\n");
    assertThat(Files.readString(table)).startsWith("{\"points\":");
    assertThat(new CliHarness().run("extract", schema, picture, "--truth", schema).err())
        .contains("line 1 is not");
    assertThat(new CliHarness().run("extract", schema, picture, "--calibrate", "x.json").err())
        .contains("needs --truth");
  }

  @Test
  void aReplyThatIsCutIsAnErrorOfItsFile() {
    cli.finish = dev.ocelli.engine.runtime.Reply.Finish.LENGTH;
    CliHarness.Result r = cli.run("extract", schema, picture);
    assertThat(r.code()).isEqualTo(ExitCode.INPUT);
    assertThat(r.out()).contains("was cut after");
  }

  @Test
  void wrongUsageIsToldBeforeAModelIsLoaded() throws IOException {
    String bad = Files.writeString(folder.resolve("bad.json"), "{\"type\": \"text\"}").toString();
    assertThat(new CliHarness().run("extract", bad, picture).err()).contains("bad.json: ");
    assertThat(new CliHarness().run("extract", "none.json", picture).code()).isEqualTo(4);
    assertThat(new CliHarness().run("extract", schema).code()).isEqualTo(ExitCode.USAGE);
    assertThat(new CliHarness().run("extract", schema, picture, "--format", "xml").err())
        .contains("jsonl or csv");
    assertThat(new CliHarness().run("extract", schema, picture, "--calibration", bad).err())
        .contains("is no calibration");
    assertThat(new CliHarness().run("extract", schema, picture, "-n", "0").code())
        .isEqualTo(ExitCode.USAGE);
    assertThat(cli.opened).isEmpty();
  }
}
