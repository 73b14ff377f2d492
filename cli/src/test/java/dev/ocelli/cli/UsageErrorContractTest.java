package dev.ocelli.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every mistake is one line that says what is wrong and what to do, with the documented exit code.
 */
class UsageErrorContractTest {
  @TempDir Path folder;
  private final CliHarness cli = new CliHarness();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          2 | run --tmep 0.5                        | unknown option '--tmep', did you mean '--temp'?
          2 | run --n_predict 5                     | did you mean '--n-predict'?
          2 | descirbe a.png                        | unknown command 'descirbe', did you mean 'describe'?
          2 | frobnicate                            | unknown command 'frobnicate'
          2 | run -p hello                          | no model is given
          2 | run -p hello --mmproj x               | --mmproj is given without a model
          2 | run -m x                              | no prompt is given
          2 | run -m x -p a -f b                    | both --prompt and --file are given
          2 | run -m x -p a stray                   | unexpected word 'stray'
          2 | run -m x -p a --temp hot              | 'hot'
          2 | run -m x -p a --temp -1               | temperature
          2 | run -m x -p a --top-p 7               | top_p
          2 | run -m x -p a --n-predict             | missing required parameter for option '--n-predict'
          2 | run -m x -p a --logprobs 3            | --logprobs needs --json
          2 | run -m x -p a -l nonsense             | --logit-bias 'nonsense'
          2 | run -m x -p a -l 15043                | --logit-bias '15043'
          2 | run -m x -p a --preset drawing        | drawing
          2 | run -m x -p a --preprocess best       | --preprocess 'best' is unknown
          2 | run -m x -p a --fps 0                 | --fps 0.0 is no frame rate
          2 | describe                              | no picture is given
          4 | describe /no/such/picture.png         | /no/such/picture.png: no such file
          4 | run -m x -p a --video-frames /no/such | /no/such: no such file
          4 | run -m x -f /no/such/prompt.txt       | /no/such/prompt.txt: no such file
          4 | eval /no/such.jsonl                   | /no/such.jsonl: no such file
          2 | bench -p -5                           | -p -5 is out of range
          2 | bench --image big                     | --image 'big' is no size
          """)
  void mistakesAreOneLine(int code, String line, String message) {
    CliHarness.Result r = cli.run(line.strip().split(" +"));
    assertThat(r.err()).contains(message).startsWith("ocelli: ").endsWith("\n");
    assertThat(r.err().lines()).hasSize(1);
    assertThat(r.code()).isEqualTo(code);
    assertThat(r.out()).isEmpty();
    assertThat(cli.requests).isEmpty();
  }

  @Test
  void emptyPromptIsRefused() {
    CliHarness.Result r = cli.run("run", "-m", "x", "-p", " ");
    assertThat(r.code()).isEqualTo(4);
    assertThat(r.err()).contains("--prompt: the prompt is empty");
  }

  @Test
  void emptyPipeIsRefused() {
    CliHarness.Result r = cli.stdin("").run("run", "-m", "x");
    assertThat(r.code()).isEqualTo(4);
    assertThat(r.err()).contains("standard input: the prompt is empty");
  }

  @Test
  void promptFileMustBeText() throws IOException {
    Path file = Files.write(folder.resolve("p"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
    CliHarness.Result r = cli.run("run", "-m", "x", "-f", file.toString());
    assertThat(r.code()).isEqualTo(4);
    assertThat(r.err()).contains("is not UTF-8 text");
    r = cli.run("run", "-m", "x", "-f", folder.toString());
    assertThat(r.err()).contains("is a directory");
  }

  @Test
  void framesOfAClipHaveOneSize() throws IOException {
    Files.writeString(folder.resolve("1.png"), "64x64");
    Files.writeString(folder.resolve("2.png"), "64x32");
    CliHarness.Result r = cli.run("run", "-m", "x", "-p", "?", "--video-frames", folder.toString());
    assertThat(r.code()).isEqualTo(4);
    assertThat(r.err()).contains("2.png").contains("64x32").contains("64x64");
  }

  @Test
  void faultsOfTheProgramAreOneLineToo() throws IOException {
    Files.writeString(folder.resolve("1.png"), "64x64");
    cli.answers =
        request -> {
          throw new IllegalStateException("a bug\nin two lines");
        };
    CliHarness.Result r = cli.run("describe", folder.resolve("1.png").toString());
    assertThat(r.code()).isEqualTo(70);
    assertThat(r.err().lines()).hasSize(1);
    assertThat(r.err()).contains("internal error: IllegalStateException").contains("OCELLI_DEBUG");
  }

  @Test
  void outOfMemoryIsAResourceError() throws IOException {
    Files.writeString(folder.resolve("1.png"), "64x64");
    cli.answers =
        request -> {
          throw new OutOfMemoryError("Java heap space");
        };
    CliHarness.Result r = cli.run("describe", folder.resolve("1.png").toString());
    assertThat(r.code()).isEqualTo(6);
    assertThat(r.err()).contains("not enough memory (Java heap space)");
  }

  @Test
  void commandsAreListedWithoutTheirOptionsAsWithThem() {
    CliHarness.Result complete =
        cli.run("--help", "describe", "run", "show", "selftest", "eval", "bench");
    assertThat(complete.code()).isZero();
    assertThat(new CliHarness().run("--help").out()).isEqualTo(complete.out());
    assertThat(new CliHarness().run("-h").out()).isEqualTo(complete.out());
  }

  @Test
  void helpListsExitCodes() {
    CliHarness.Result r = cli.run("--help");
    assertThat(r.code()).isZero();
    assertThat(r.out()).contains("describe").contains("Exit codes").contains("130");
    assertThat(r.err()).isEmpty();
  }
}
