package dev.ocelli.cli.answer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.cli.CliHarness;
import dev.ocelli.cli.console.ExitCode;
import dev.ocelli.cli.console.OutputFiles;
import dev.ocelli.engine.vision.RgbImage;
import dev.ocelli.media.DecodeLimits;
import dev.ocelli.media.DecodeOptions;
import dev.ocelli.media.ImageFile;
import dev.ocelli.media.draw.PngWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class AnnotateCommandContractTest {
  private static final String REPLY =
      "Here: [{\"bbox_2d\": [100, 200, 500, 1000], \"label\": \"cup\"}, {\"point_2d\": [500, 500], \"label\": \"dot\"}]";

  @TempDir Path folder;
  private final CliHarness cli = CliHarness.real();
  private String picture = "";
  private Path out = Path.of("");

  @BeforeEach
  void draw() throws IOException {
    Path file = folder.resolve("a.png");
    Files.write(file, PngWriter.png(new RgbImage(200, 100, new byte[200 * 100 * 3])));
    picture = file.toString();
    out = folder.resolve("out.png");
  }

  @Test
  void boxesOfStandardInputAreDrawnAndPrintedInPixels() {
    CliHarness.Result r = cli.stdin(REPLY).run("annotate", picture, "-o", out.toString());
    assertThat(r.code()).as(r.err()).isZero();
    assertThat(r.out()).isEqualTo("box\t[20,20,100,100]\tcup\npoint\t[100,50]\tdot\n");
    RgbImage drawn = ImageFile.open(out, DecodeLimits.DEFAULT).decode(DecodeOptions.DEFAULT);
    assertThat(drawn.width()).isEqualTo(200);
    int i = (60 * 200 + 20) * 3;
    assertThat(drawn.rgb()[i] & 0xFF).isEqualTo(0xE6);
  }

  @Test
  void jsonHasEverything() throws IOException {
    Path reply = Files.writeString(folder.resolve("reply.txt"), REPLY);
    CliHarness.Result r = cli.run("annotate", picture, "--boxes", reply.toString(), "--json");
    assertThat(r.code()).as(r.err()).isZero();
    JsonNode json = JsonMapper.shared().readTree(r.out());
    assertThat(json.path("cut").asBoolean()).isFalse();
    assertThat(json.path("regions").path(0).toString())
        .isEqualTo(
            "{\"label\":\"cup\",\"box\":[100,200,500,1000],\"picture\":0,\"pixels\":[20,20,100,100],\"text\":[7,57]}");
  }

  @Test
  void aModelIsAskedGreedily() {
    CliHarness fake = new CliHarness();
    fake.answers = request -> REPLY;
    Path sized = folder.resolve("b.png");
    OutputFiles.write(sized, "64x64");
    CliHarness.Result r = fake.run("annotate", sized.toString(), "-p", "Where?");
    assertThat(r.code()).as(r.err()).isZero();
    assertThat(fake.opened.getFirst().model).isEqualTo("nano");
    assertThat(fake.requests.getFirst().sampling().temperature()).isZero();
    assertThat(r.out()).contains("\tcup\n");
  }

  @Test
  void describeAndRunDrawWhatTheReplyPointsAt() {
    for (String command : new String[] {"describe", "run"}) {
      CliHarness fake = CliHarness.realMedia();
      fake.answers = request -> REPLY;
      CliHarness.Result r =
          fake.run(
              command, "-m", "nano", "-p", "Where?", "-i", picture, "--annotate", out.toString());
      assertThat(r.code()).as(r.err()).isZero();
      assertThat(r.out()).isEqualTo(REPLY + "\n");
      RgbImage drawn = ImageFile.open(out, DecodeLimits.DEFAULT).decode(DecodeOptions.DEFAULT);
      assertThat(drawn.width()).isEqualTo(200);
      assertThat(drawn.rgb()[(60 * 200 + 20) * 3] & 0xFF).isEqualTo(0xE6);
    }
    CliHarness fake = CliHarness.realMedia();
    fake.answers = request -> "nothing";
    CliHarness.Result none =
        fake.run("describe", picture, "-p", "Where?", "--annotate", out.toString());
    assertThat(none.err()).contains("no boxes and no points");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "describe PIC PIC --annotate OUT | are given, but boxes are drawn into one picture",
        "describe --video-frames DIR --annotate OUT | is a clip, but boxes are drawn into one picture",
        "run -m nano -p Hi --annotate OUT | no picture is given, but boxes",
        "describe PIC --annotate DIR | is a directory; name a file with --annotate"
      })
  void annotateIsForOnePicture(String line, String error) {
    String[] words =
        line.replace("PIC", picture)
            .replace("OUT", out.toString())
            .replace("DIR", folder.toString())
            .split(" ");
    CliHarness.Result r = CliHarness.real().run(words);
    assertThat(r.code()).isEqualTo(ExitCode.USAGE);
    assertThat(r.err()).contains(error);
    assertThat(out).doesNotExist();
  }

  @Test
  void whatIsMissingOrCutIsSaid() {
    CliHarness.Result r = cli.stdin("no boxes, [").run("annotate", picture);
    assertThat(r.code()).isZero();
    assertThat(r.err()).contains("no boxes and no points").contains("was cut");
  }

  @Test
  void wrongUsageIsRefused() {
    assertThat(cli.run("annotate", picture, "-p", "x", "--boxes", "-").err())
        .contains("give one of them");
    assertThat(CliHarness.real().run("annotate", picture, "-m", "nano").err())
        .contains("nothing is asked");
    assertThat(CliHarness.real().run("annotate", "missing.png").code()).isEqualTo(4);
    assertThat(CliHarness.real().stdin("").run("annotate", picture, "-o", folder.toString()).err())
        .contains("is a directory");
  }
}
