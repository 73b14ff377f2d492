package dev.ocelli.cli.answer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.cli.CliHarness;
import dev.ocelli.cli.console.ExitCode;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Polygon;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code ocelli search}: nano finds its shapes in a clip of its own scenes. */
class SearchCommandContractTest {
  @TempDir Path folder;

  private int frames;

  /** Adds a scene of so many frames: shapes at the left and the right. */
  private void scene(int count, String left, String right) throws IOException {
    BufferedImage image = new BufferedImage(192, 192, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, 192, 192);
    shape(g, 32, left);
    shape(g, 160, right);
    g.dispose();
    for (int i = 0; i < count; i++) {
      ImageIO.write(image, "png", folder.resolve("f" + frames++ + ".png").toFile());
    }
  }

  private static void shape(Graphics2D g, int x, String what) {
    int r = 22;
    g.setColor(
        switch (what.split(" ")[0]) {
          case "red" -> new Color(220, 30, 30);
          case "blue" -> new Color(40, 80, 220);
          default -> new Color(240, 210, 40);
        });
    switch (what.substring(what.indexOf(' ') + 1)) {
      case "circle" -> g.fillOval(x - r, 96 - r, 2 * r, 2 * r);
      case "square" -> g.fillRect(x - r, 96 - r, 2 * r, 2 * r);
      default ->
          g.fillPolygon(
              new Polygon(new int[] {x, x - r, x, x + r}, new int[] {96 - r, 96, 96 + r, 96}, 4));
    }
  }

  private CliHarness.Result search(CliHarness cli, String... more) {
    String[] args = new String[more.length + 6];
    System.arraycopy(
        new String[] {"search", folder.toString(), "--fps", "4", "-p", "Describe this image."},
        0,
        args,
        0,
        6);
    System.arraycopy(more, 0, args, 6, more.length);
    return cli.run(args);
  }

  private void scenes() throws IOException {
    scene(9, "red square", "yellow circle");
    scene(14, "blue diamond", "red square");
    scene(11, "yellow circle", "blue square");
    scene(8, "yellow square", "red circle");
    scene(13, "blue circle", "blue diamond");
  }

  @Test
  void spansAreThoseOfTheScenes() throws IOException {
    scenes();
    CliHarness.Result diamond = search(CliHarness.real(), "--match", "blue diamond", "--json");
    assertThat(diamond.code()).as(diamond.err()).isZero();
    JsonNode json = JsonMapper.shared().readTree(diamond.out());
    assertThat(json.path("complete").asBoolean()).isTrue();
    assertThat(json.path("shots").asInt()).isEqualTo(5);
    assertThat(json.path("spans")).hasSize(2);
    assertThat(json.path("spans").path(0).path("start").asDouble()).isEqualTo(9 / 4.0);
    assertThat(json.path("spans").path(0).path("end").asDouble()).isEqualTo(23 / 4.0);
    assertThat(json.path("spans").path(1).path("start").asDouble()).isEqualTo(42 / 4.0);
    assertThat(json.path("spans").path(1).path("end").asDouble()).isEqualTo(55 / 4.0);
    CliHarness.Result circle =
        search(CliHarness.real(), "--match", "Yellow Circle", "--start", "3", "-q");
    assertThat(circle.out()).matches("00:05\\.8 - 00:08\\.5  [01]\\.\\d\\d\\n");
    CliHarness.Result none = search(CliHarness.real(), "--match", "purple star");
    assertThat(none.code()).isEqualTo(ExitCode.FAILED_CHECK);
    assertThat(none.out()).isEmpty();
    assertThat(none.err()).contains("5 shots in 13.5 s of video").contains("nothing was found");
  }

  @Test
  void questionsOfYesAndNo() throws IOException {
    scene(4, "red square", "blue circle");
    CliHarness cli = CliHarness.real();
    CliHarness.Result r =
        cli.run("search", folder.toString(), "--fps", "4", "-p", "a red square", "--json", "-q");
    assertThat(r.code()).as(r.err()).isZero();
    JsonNode span = JsonMapper.shared().readTree(r.out()).path("spans").path(0);
    assertThat(span.path("confidence").asDouble()).isBetween(0.5, 1.0);
  }

  @Test
  void limitsAndMistakesAreTold() throws IOException {
    scenes();
    CliHarness.Result few =
        search(CliHarness.real(), "--match", "blue", "--max-questions", "4", "--json");
    assertThat(few.code()).isEqualTo(ExitCode.FAILED_CHECK);
    assertThat(few.out()).contains("\"complete\":false").contains("\"questions\":4");
    assertThat(few.err()).contains("4 questions were asked; raise --max-questions or --step");
    assertThat(search(CliHarness.real(), "--match", " ").code()).isEqualTo(ExitCode.USAGE);
    assertThat(search(CliHarness.real(), "--step", "0").code()).isEqualTo(ExitCode.USAGE);
    assertThat(search(CliHarness.real(), "--yes", "No").code()).isEqualTo(ExitCode.USAGE);
    assertThat(search(CliHarness.real(), "--start", "99").code()).isEqualTo(ExitCode.USAGE);
    assertThat(CliHarness.real().run("search", "missing.mp4", "-p", "x").err())
        .contains("there is no such file");
  }

  @Test
  void whatWasFoundBeforeAnInterruptIsPrinted() throws IOException {
    scenes();
    CliHarness cli = new CliHarness().withRealPictures();
    AtomicInteger asked = new AtomicInteger();
    cli.answers =
        request -> {
          if (asked.incrementAndGet() == 5) {
            Thread.ofVirtual().start(cli.interrupts::interrupt);
            while (!cli.interrupts.interrupted()) {
              Thread.onSpinWait();
            }
          }
          return asked.get() < 4 ? "A blue diamond." : "Nothing.";
        };
    CliHarness.Result r = search(cli, "--match", "blue diamond");
    assertThat(r.code()).isEqualTo(ExitCode.INTERRUPTED);
    assertThat(asked.get()).isEqualTo(5);
    assertThat(r.out()).isEqualTo("00:00.0 - 00:05.5  0.80\n");
    assertThat(r.err()).contains("the search is not complete: it was interrupted");
  }
}
