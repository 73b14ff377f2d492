package dev.ocelli.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.chat.Content;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Documents on the command line: their pages answer as the pictures on them do. */
class DocumentsGoldenTest {
  private static final String ANSWER = "There is one object on a black background";

  @TempDir Path folder;
  private static final List<Path> pictures = new ArrayList<>();

  /** Pictures of the evaluation set that a model takes in their own size. */
  @BeforeAll
  static void pictures() throws IOException {
    Path images = NanoFiles.evaluationSet().resolveSibling("images");
    try (var files = Files.list(images)) {
      for (Path file : files.sorted().filter(f -> f.toString().endsWith(".png")).toList()) {
        BufferedImage image = ImageIO.read(file.toFile());
        if (image.getWidth() % 32 == 0 && image.getHeight() % 32 == 0) {
          pictures.add(file);
        }
      }
    }
    assertThat(pictures).hasSizeGreaterThan(40);
    pictures.subList(32, pictures.size()).clear();
  }

  private static CliHarness.Result ok(CliHarness harness, String... args) {
    CliHarness.Result r = harness.run(args);
    assertThat(r.code()).as(r.err()).isZero();
    return r;
  }

  private Path pdf(int pages) throws IOException {
    return PdfPages.write(folder.resolve("a.pdf"), pictures.subList(0, pages), "");
  }

  @Test
  void eachPageAnswersAsItsPicture() throws IOException {
    Path pdf = PdfPages.write(folder.resolve("a.pdf"), pictures, "");
    List<String> args = new ArrayList<>(List.of("describe", "-q", "--temp", "0"));
    pictures.forEach(p -> args.add(p.toString()));
    List<String> expected = new ArrayList<>();
    for (String line : ok(CliHarness.real(), args.toArray(String[]::new)).out().lines().toList()) {
      expected.add(line.substring(line.indexOf(".png: ") + 6));
    }
    List<String> found = new ArrayList<>();
    String out = ok(CliHarness.real(), "describe", "-q", "--temp", "0", pdf.toString()).out();
    for (String line : out.lines().toList()) {
      int page = found.size() + 1;
      String name = pdf + ", page " + page + ": ";
      assertThat(line).startsWith(name);
      found.add(line.substring(name.length()));
    }
    assertThat(found).hasSize(pictures.size()).isEqualTo(expected);
  }

  @Test
  void textLayersAreDraftsAndChangeNothing() throws IOException {
    String answer =
        ok(CliHarness.real(), "describe", "-q", "--temp", "0", pictures.getFirst().toString())
            .out()
            .strip();
    assertThat(answer).startsWith(ANSWER);
    Path with = PdfPages.write(folder.resolve("with.pdf"), pictures.subList(0, 1), answer);
    Path without = pdf(1);
    CliHarness.Result drafted =
        ok(CliHarness.real(), "describe", "--temp", "0", "--draft", "8", with.toString());
    CliHarness.Result alone =
        ok(CliHarness.real(), "describe", "--temp", "0", "--draft", "8", without.toString());
    CliHarness.Result off =
        ok(CliHarness.real(), "describe", "--temp", "0", "--draft", "off", with.toString());
    assertThat(drafted.out().strip()).isEqualTo(answer);
    assertThat(alone.out().strip()).isEqualTo(answer);
    assertThat(off.out().strip()).isEqualTo(answer);
    assertThat(accepted(drafted)).isGreaterThan(accepted(alone) + 5);
    assertThat(off.err()).doesNotContain("accepted");
  }

  private static int accepted(CliHarness.Result result) {
    Matcher m = Pattern.compile("\\((\\d+) accepted\\)").matcher(result.err());
    return m.find() ? Integer.parseInt(m.group(1)) : 0;
  }

  private static List<String> parts(CliHarness harness) {
    return harness.requests.getFirst().messages().getLast().content().stream()
        .map(c -> c instanceof Content.Text t ? t.text() : "(picture)")
        .toList();
  }

  @Test
  void pagesAreChosenAndNumbered() throws IOException {
    Path pdf = pdf(5);
    CliHarness some = CliHarness.realMedia();
    CliHarness.Result r =
        ok(some, "run", "-m", "x", "-p", "Why?", "--pages", "4-,2", "-i", pdf.toString());
    assertThat(parts(some))
        .containsExactly(
            "Page 4:", "(picture)", "Page 5:", "(picture)", "Page 2:", "(picture)", "Why?");
    assertThat(r.err()).contains("note: " + pdf + ": 5 pages, sent: 4-5,2\n");
    CliHarness one = CliHarness.realMedia();
    ok(one, "run", "-m", "x", "-p", "Why?", "-i", pdf + "#pages=3:max-tokens=64");
    assertThat(parts(one)).containsExactly("(picture)", "Why?");
    assertThat(one.requests.getFirst().media().toString())
        .contains("page=2")
        .contains("maxTokens=OptionalInt[64]");
    CliHarness all = CliHarness.realMedia();
    ok(all, "describe", pdf.toString());
    assertThat(all.requests).hasSize(5);
  }

  @Test
  void theTextLayerIsAHintWhereItIsWanted() throws IOException {
    Path pdf = PdfPages.write(folder.resolve("a.pdf"), pictures.subList(0, 1), "Some words");
    CliHarness harness = CliHarness.realMedia();
    ok(harness, "run", "-m", "x", "-p", "Why?", "--pdf-text", "hint", "-i", pdf.toString());
    assertThat(parts(harness))
        .containsExactly("(picture)", "Text layer of the page:\nSome words", "Why?");
  }

  @Test
  void mistakesAreToldBeforeAModelIsLoaded() throws IOException {
    Path pdf = pdf(2);
    String name = pdf.toString();
    String picture = pictures.getFirst().toString();
    error(": pages '3' are asked for, but it has 2 pages, 1 to 2", name, "--pages", "3");
    error("'x' names no pages; write for example 1-5,9 or 12-", name, "--pages", "x");
    error("--pages is given, but no PDF or TIFF of several pages", picture, "--pages", "1");
    error(": is a picture; leave out #pages=1", picture + "#pages=1");
    error("a resolution of 0.5 dpi is out of range", name, "--dpi", "0.5");
    error("--pdf-text 'x' is unknown; use off or hint", name, "--pdf-text", "x");
  }

  private static void error(String words, String... args) {
    String[] all = new String[args.length + 1];
    all[0] = "describe";
    System.arraycopy(args, 0, all, 1, args.length);
    CliHarness harness = CliHarness.realMedia();
    CliHarness.Result r = harness.run(all);
    assertThat(r.code()).isNotZero();
    assertThat(r.err()).contains(words);
    assertThat(harness.opened).isEmpty();
  }

  @Test
  void tooManyPagesAreToldWithNumbersAndRemedy() throws IOException {
    Path pdf = PdfPages.write(folder.resolve("a.pdf"), pictures.subList(0, 30), "");
    CliHarness.Result r =
        CliHarness.real().run("describe", pdf.toString(), "-p", "What?", "-c", "256");
    assertThat(r.code()).isNotZero();
    assertThat(r.err())
        .contains("but the context holds 256")
        .contains("choose fewer of the 30 pages and pictures with --pages");
  }

  @Test
  void plansCountPages() throws IOException {
    Path pdf = pdf(3);
    CliHarness.Result r =
        ok(
            CliHarness.real(),
            "plan",
            "--no-calibration",
            "--image",
            pdf.toString(),
            "--pages",
            "2-3");
    assertThat(r.out()).contains("a.pdf, page 2").contains("a.pdf, page 3");
    assertThat(r.out()).doesNotContain("page 1");
  }
}
