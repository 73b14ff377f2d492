package dev.ocelli.cli.answer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.cli.CliHarness;
import dev.ocelli.cli.console.ExitCode;
import dev.ocelli.cli.console.Output;
import dev.ocelli.cli.flags.ModelFlags;
import dev.ocelli.engine.chat.Content;
import dev.ocelli.engine.grammar.Constraint;
import dev.ocelli.engine.kernels.LoadMode;
import dev.ocelli.engine.runtime.Control;
import dev.ocelli.engine.runtime.Media;
import dev.ocelli.engine.runtime.Reply;
import dev.ocelli.engine.runtime.Request;
import dev.ocelli.engine.sampling.Sampling;
import dev.ocelli.engine.sampling.SamplingOverrides;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class AnswerCommandContractTest {
  @TempDir Path folder;
  private final CliHarness cli = new CliHarness();

  private String picture(String name) throws IOException {
    return Files.writeString(folder.resolve(name), "640x480").toString();
  }

  private Request onlyRequest() {
    assertThat(cli.requests).hasSize(1);
    return cli.requests.getFirst();
  }

  @Test
  void commandLineOfLlamaMtmdCliIsUnderstood() throws IOException {
    CliHarness.Result r =
        cli.run(
            "run",
            "-m",
            "MODEL.gguf",
            "--mmproj",
            "MMPROJ.gguf",
            "--image",
            picture("A.jpg"),
            "--image",
            picture("B.png"),
            "-p",
            "请用中文描述这张图片",
            "--temp",
            "0.7",
            "--top-p",
            "0.9",
            "--repeat-penalty",
            "1.1",
            "--n-predict",
            "1024",
            "-t",
            "8",
            "-c",
            "8192");
    assertThat(r.code()).as(r.err()).isZero();
    assertThat(r.out()).isEqualTo("An answer.\n");
    Request request = onlyRequest();
    assertThat(request.messages().getLast().content())
        .containsExactly(new Content.Image(), new Content.Image(), new Content.Text("请用中文描述这张图片"));
    Sampling s = request.sampling();
    assertThat(s.temperature()).isEqualTo(0.7);
    assertThat(s.topP()).isEqualTo(0.9);
    assertThat(s.penalties().repeat()).isEqualTo(1.1);
    assertThat(request.maxTokens()).isEqualTo(1024);
    ModelFlags flags = cli.opened.getFirst();
    assertThat(flags.model).isEqualTo("MODEL.gguf");
    assertThat(flags.mmproj).hasToString("MMPROJ.gguf");
    assertThat(flags.threads).isEqualTo(8);
    assertThat(flags.contextSize).isEqualTo(8192);
  }

  @Test
  void describeAsksTheEmbeddedModel() throws IOException {
    CliHarness.Result r = cli.run("describe", picture("a.png"));
    assertThat(r.code()).as(r.err()).isZero();
    assertThat(cli.opened.getFirst().model).isEqualTo("nano");
    assertThat(onlyRequest().messages().getLast().content())
        .containsExactly(new Content.Image(), new Content.Text("Describe this image."));
  }

  @Test
  void picturesAreDescribedOneByOneUnlessAQuestionIsAsked() throws IOException {
    CliHarness.Result r = cli.run("describe", picture("a.png"), picture("b.png"));
    assertThat(r.code()).as(r.err()).isZero();
    assertThat(r.out().lines())
        .containsExactly(folder + "/a.png: An answer.", folder + "/b.png: An answer.");
    assertThat(cli.requests).hasSize(2).allMatch(q -> q.media().size() == 1);
    cli.requests.clear();
    cli.run("describe", picture("a.png"), picture("b.png"), "-p", "What changed?");
    assertThat(onlyRequest().media()).hasSize(2);
    cli.requests.clear();
    cli.run("describe", picture("a.png"), picture("b.png"), "-p", "Colours?", "--each");
    assertThat(cli.requests).hasSize(2);
  }

  @Test
  void resizingIsReported() throws IOException {
    CliHarness.Result r = cli.run("describe", picture("a.png"));
    assertThat(r.err()).contains("a.png: 640x480 -> 320x256, 80 tokens");
    assertThat(r.err())
        .contains("prompt 100 tokens, reply 2 tokens (stop)")
        .contains(
            "encode 40 ms (2000 tok/s), prompt 50 ms (2000 tok/s), generate 10 ms (200 tok/s)");
  }

  @Test
  void quietSaysNothingButTheAnswer() throws IOException {
    CliHarness.Result r = cli.run("describe", "-q", picture("a.png"));
    assertThat(r.out()).isEqualTo("An answer.\n");
    assertThat(r.err()).isEmpty();
  }

  @Test
  void guessedTokensAreReported() throws IOException {
    cli.drafts = new Reply.Drafts(12, 7);
    CliHarness.Result r = cli.run("describe", "--json", "--draft-max", "4", picture("a.png"));
    JsonNode json = JsonMapper.shared().readTree(r.out());
    assertThat(json.path("draft_n").asInt()).isEqualTo(12);
    assertThat(json.path("draft_n_accepted").asInt()).isEqualTo(7);
    assertThat(r.err()).contains(", drafted 12 (7 accepted)");
    assertThat(cli.opened.getFirst().draft).isEqualTo("4");
  }

  @Test
  void jsonHasTheDocumentedFields() throws IOException {
    CliHarness.Result r =
        cli.run("describe", "--json", "--logprobs", "2", "--seed", "7", picture("a.png"));
    assertThat(r.code()).as(r.err()).isZero();
    assertThat(r.out()).endsWith("}\n").doesNotContain("\n{");
    JsonNode json = JsonMapper.shared().readTree(r.out());
    assertThat(json.propertyNames())
        .containsExactly(
            "text",
            "finish_reason",
            "prompt_tokens",
            "reused_tokens",
            "reused_tokens_disk",
            "completion_tokens",
            "tokens",
            "images",
            "timings",
            "rates",
            "seed");
    assertThat(json.path("text").asString()).isEqualTo("An answer.");
    assertThat(json.path("finish_reason").asString()).isEqualTo("stop");
    assertThat(json.path("seed").asInt()).isEqualTo(7);
    JsonNode token = json.path("tokens").path(1);
    assertThat(token.path("text").asString()).isEqualTo(" answer.");
    assertThat(token.path("logprob").asDouble()).isEqualTo(-0.5);
    assertThat(token.path("top_logprobs").size()).isEqualTo(2);
    assertThat(token.path("top_logprobs").path(1).toString())
        .isEqualTo("{\"id\":2,\"text\":\"<2>\",\"logprob\":-1.5}");
    JsonNode image = json.path("images").path(0);
    assertThat(image.propertyNames())
        .containsExactly(
            "file",
            "width",
            "height",
            "resized_width",
            "resized_height",
            "grid_thw",
            "tokens",
            "cached");
    assertThat(image.path("grid_thw").toString()).isEqualTo("[1,16,20]");
    assertThat(json.path("timings").propertyNames())
        .containsExactly(
            "load", "cache", "decode_image", "preprocess", "encode", "prompt", "generate");
    assertThat(json.path("timings").path("load").asDouble()).isEqualTo(12.5);
    assertThat(json.path("rates").path("generate_tokens_per_second").asDouble()).isEqualTo(200);
  }

  @Test
  void jsonHasNoLogprobsUnlessAskedFor() throws IOException {
    CliHarness.Result r = cli.run("describe", "--json", picture("a.png"));
    assertThat(r.out()).doesNotContain("logprob");
    assertThat(onlyRequest().topLogprobs()).isEqualTo(-1);
  }

  @Test
  void limitsOfOnePictureWinOverTheCommon() throws IOException {
    CliHarness.Result r =
        cli.run(
            "run",
            "-m",
            "x",
            "-p",
            "?",
            "--image-max-tokens",
            "512",
            "--image",
            picture("a.png") + ":max-tokens=256,min-tokens=16",
            "--image",
            picture("b.png"));
    assertThat(r.code()).as(r.err()).isZero();
    Media.Picture first = (Media.Picture) onlyRequest().media().get(0);
    Media.Picture second = (Media.Picture) onlyRequest().media().get(1);
    assertThat(first.options().maxTokens()).isEqualTo(OptionalInt.of(256));
    assertThat(first.options().minTokens()).isEqualTo(OptionalInt.of(16));
    assertThat(second.options().maxTokens()).isEqualTo(OptionalInt.of(512));
    assertThat(second.options().minTokens()).isEmpty();
  }

  @Test
  void clipsAndPicturesKeepTheirOrder() throws IOException {
    Path frames = Files.createDirectory(folder.resolve("clip"));
    Files.writeString(frames.resolve("f2.png"), "64x64");
    Files.writeString(frames.resolve("f1.png"), "64x64");
    Files.writeString(frames.resolve("times.txt"), "0.5 1.0");
    CliHarness.Result r =
        cli.run(
            "run",
            "-m",
            "x",
            "-p",
            "?",
            "--image",
            picture("a.png"),
            "--video-frames",
            frames.toString(),
            "--fps",
            "4",
            "--image",
            picture("b.png"));
    assertThat(r.code()).as(r.err()).isZero();
    assertThat(onlyRequest().messages().getLast().content())
        .containsExactly(
            new Content.Image(), new Content.Video(), new Content.Image(), new Content.Text("?"));
    Media.Clip clip = (Media.Clip) onlyRequest().media().get(1);
    assertThat(r.err())
        .contains("clip: files left out of the clip because they are no pictures: 1");
    assertThat(clip.source().fps()).isEqualTo(4);
    assertThat(((dev.ocelli.engine.vision.PictureClip) clip.source()).frames().getFirst().name())
        .endsWith("f1.png");
  }

  @Test
  void markersPlaceThePictures() throws IOException {
    cli.run(
        "run",
        "-m",
        "x",
        "-p",
        "first <__media__> then <__media__>",
        "--image",
        picture("a.png"),
        "--image",
        picture("b.png"));
    assertThat(onlyRequest().messages().getLast().content())
        .containsExactly(
            new Content.Text("first "),
            new Content.Image(),
            new Content.Text(" then "),
            new Content.Image());
  }

  @Test
  void markersAndPicturesMustMatch() throws IOException {
    CliHarness.Result r =
        cli.run(
            "run",
            "-m",
            "x",
            "-p",
            "<__media__>",
            "--image",
            picture("a.png"),
            "--image",
            picture("b.png"));
    assertThat(r.code()).isEqualTo(2);
    assertThat(r.err()).contains("1 places").contains("2 pictures");
  }

  @Test
  void flagsWinOverPresetOverFileOverDefault() throws IOException {
    cli.fileSampling = SamplingOverrides.builder().topK(33).temperature(0.3).minP(0.05).build();
    CliHarness.Result r =
        cli.run("describe", "-v", "--preset", "ocr", "--top-p", "0.6", picture("a.png"));
    assertThat(r.code()).as(r.err()).isZero();
    Sampling s = onlyRequest().sampling();
    assertThat(s.topP()).isEqualTo(0.6);
    assertThat(s.temperature()).isEqualTo(0.1);
    assertThat(s.topK()).isEqualTo(33);
    assertThat(r.err())
        .contains("top_p 0.6 (flag)")
        .contains("temperature 0.1 (preset ocr)")
        .contains("top_k 33 (model file)");
  }

  @Test
  void promptComesFromAFileOrThePipe() throws IOException {
    Path file = Files.writeString(folder.resolve("prompt.txt"), "from a file\n");
    cli.run("run", "-m", "x", "-f", file.toString());
    assertThat(cli.requests.get(0).messages().getLast().content())
        .containsExactly(new Content.Text("from a file"));
    cli.stdin("from a pipe\r\n").run("run", "-m", "x");
    assertThat(cli.requests.get(1).messages().getLast().content())
        .containsExactly(new Content.Text("from a pipe"));
    cli.stdin("from a pipe").run("run", "-m", "x", "-p", "-", "-sys", "Be brief.");
    assertThat(cli.requests.get(2).messages().getFirst().role()).isEqualTo("system");
  }

  @Test
  void describeLeavesStandardInputAlone() throws IOException {
    cli.stdin("other lines of a shell loop").run("describe", picture("a.png"));
    assertThat(new String(cli.in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8))
        .isEqualTo("other lines of a shell loop");
  }

  @Test
  void pictureComesThroughThePipe() {
    CliHarness.Result r = cli.stdin("640x480").run("describe", "-");
    assertThat(r.code()).as(r.err()).isZero();
    assertThat(r.err()).contains("standard input: 640x480 -> 320x256");
  }

  @Test
  void closedOutputEndsQuietly() throws IOException {
    cli.output =
        new Output(
            new OutputStream() {
              @Override
              public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
              }
            });
    CliHarness.Result r = cli.run("describe", picture("a.png"));
    assertThat(r.code()).isEqualTo(141);
    assertThat(r.err()).doesNotContain("ocelli:");
  }

  @Test
  void fullDiskIsAnError() throws IOException {
    cli.output =
        new Output(
            new OutputStream() {
              @Override
              public void write(int b) throws IOException {
                throw new IOException("No space left on device");
              }
            });
    CliHarness.Result r = cli.run("describe", picture("a.png"));
    assertThat(r.code()).isEqualTo(6);
    assertThat(r.err())
        .endsWith(
            "ocelli: standard output: cannot write (No space left on device); free space or write elsewhere\n");
  }

  @Test
  void cancelledReplyShowsWhatIsThere() throws IOException {
    cli.finish = Reply.Finish.CANCELLED;
    CliHarness.Result r = cli.run("describe", picture("a.png"));
    assertThat(r.code()).isEqualTo(130);
    assertThat(r.out()).isEqualTo("An answer.\n");
    assertThat(r.err()).contains("(cancelled)");
  }

  @Test
  void logitBiasIsUnderstood() {
    cli.run("run", "-m", "x", "-p", "?", "-l", "15043+1", "--logit-bias", "7-inf", "-l", "8=-2.5");
    assertThat(onlyRequest().sampling().logitBias())
        .containsEntry(15043, 1.0)
        .containsEntry(7, Double.NEGATIVE_INFINITY)
        .containsEntry(8, -2.5);
  }

  @Test
  void stopStringsAndSystemPromptArePassedOn() {
    cli.run("run", "-m", "x", "-p", "?", "--stop", "END", "-r", "\n\n", "-sys", "Be brief.");
    assertThat(onlyRequest().stop()).isEqualTo(List.of("END", "\n\n"));
    assertThat(onlyRequest().messages().getFirst().content())
        .containsExactly(new Content.Text("Be brief."));
  }

  @Test
  void optionsWithoutEffectAreToldAsSuch() {
    CliHarness.Result r =
        cli.run("run", "-m", "x", "-p", "?", "-ngl", "99", "-fa", "on", "--jinja");
    assertThat(r.code()).as(r.err()).isZero();
    assertThat(r.err()).contains("note: no effect: --gpu-layers");
  }

  @ParameterizedTest
  @CsvSource({
    "--load-mode=mmap, MMAP",
    "--load-mode=MLOCK, MLOCK",
    "--mmap, MMAP",
    "--no-mmap, REPACK",
    "--mlock, MLOCK",
    "-q, REPACK"
  })
  void loadModesAndTheirAliases(String flag, LoadMode mode) {
    CliHarness harness = new CliHarness();
    assertThat(harness.run("run", "-m", "x", "-p", "a", flag).code()).isZero();
    assertThat(harness.opened.getFirst().loadMode).isEqualTo(mode);
  }

  @Test
  void repliesAreConstrained() throws IOException {
    Path grammar = folder.resolve("g.gbnf");
    Files.writeString(grammar, "root ::= \"yes\"\n");
    cli.run("run", "-m", "x", "-p", "?", "--grammar-file", grammar.toString(), "--min-tokens", "2");
    Request request = onlyRequest();
    assertThat(request.control().constraint()).isEqualTo(new Constraint.Gbnf("root ::= \"yes\"\n"));
    assertThat(request.sampling().minTokens()).isEqualTo(2);
    cli.requests.clear();
    cli.run("run", "-m", "x", "-p", "?", "-j", "{}", "--reasoning-budget", "9", "-rea", "off");
    Control control = onlyRequest().control();
    assertThat(control.constraint()).isEqualTo(new Constraint.JsonObject());
    assertThat(control.reasoningBudget()).isEqualTo(9);
    assertThat(control.thinking()).isEqualTo(Control.Thinking.OFF);
    assertThat(control.loopGuard()).isTrue();
    cli.requests.clear();
    cli.run("run", "-m", "x", "-p", "?", "-j", "{\"type\": \"null\"}", "--loop-guard", "off");
    assertThat(onlyRequest().control())
        .isEqualTo(
            Control.DEFAULT
                .withConstraint(new Constraint.JsonSchema("{\"type\": \"null\"}"))
                .withLoopGuard(false));
  }

  @Test
  void constraintsAreCheckedBeforeAModelIsLoaded() {
    for (String[] bad :
        new String[][] {
          {"--grammar", "root ::= \"a", "--grammar: the grammar, line 1, column 10"},
          {"-j", "{\"not\": {}}", "--json-schema: the JSON Schema at '#/not'"},
          {"-jf", "missing.json", "missing.json: no such file"},
          {"--reasoning", "maybe", "use on, off or auto"},
          {"--reasoning-budget", "-2", "the reasoning budget is -2"},
          {"--loop-guard", "1", "use on or off"},
        }) {
      CliHarness.Result r = cli.run("run", "-m", "x", "-p", "?", bad[0], bad[1]);
      assertThat(r.code()).isIn(ExitCode.USAGE, ExitCode.INPUT);
      assertThat(r.err()).contains(bad[2]);
    }
    CliHarness.Result r =
        cli.run("run", "-m", "x", "-p", "?", "--grammar", "root ::= \"a\"", "-j", "{}");
    assertThat(r.err()).contains("--grammar and --json-schema are given; give one of them");
    assertThat(cli.opened).isEmpty();
  }
}
