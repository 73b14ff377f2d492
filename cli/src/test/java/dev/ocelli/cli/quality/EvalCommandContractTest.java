package dev.ocelli.cli.quality;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.cli.CliHarness;
import dev.ocelli.engine.chat.Content;
import dev.ocelli.engine.runtime.Media;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class EvalCommandContractTest {
  @TempDir Path folder;
  private final CliHarness cli = new CliHarness();
  private Path set = Path.of("");

  @BeforeEach
  void writeSet() throws IOException {
    Files.writeString(folder.resolve("a.png"), "64x64");
    set =
        Files.writeString(
            folder.resolve("set.jsonl"),
            """
            {"id":"1","kind":"color","images":["a.png"],"prompt":"Q1","truth":"red","hf":"red","prompt_tokens":100}
            {"id":"2","kind":"color","images":["a.png","a.png"],"prompt":"Q2","truth":"blue","hf":"red","prompt_tokens":99}

            {"id":"3","kind":"video","images":["a.png","a.png"],"fps":2.0,"prompt":"Q3","truth":"up","hf":"down","more":{"deep":"red"}}
            """);
    cli.answers = request -> "red";
  }

  @Test
  void sharesAreCountedByKind() throws IOException {
    Path out = folder.resolve("answers.jsonl");
    CliHarness.Result r = cli.run("eval", set.toString(), "--json", "--out", out.toString());
    assertThat(r.code()).as(r.err()).isZero();
    JsonNode json = JsonMapper.shared().readTree(r.out());
    assertThat(json.path("lines").asInt()).isEqualTo(3);
    assertThat(json.path("right").asInt()).isEqualTo(1);
    assertThat(json.path("as_hf").asInt()).isEqualTo(2);
    assertThat(json.path("other_prompt_tokens").asInt()).isEqualTo(1);
    assertThat(json.path("kinds").path("color").path("share").asDouble()).isEqualTo(0.5);
    List<String> lines = Files.readAllLines(out);
    assertThat(lines).hasSize(3);
    assertThat(lines.getFirst())
        .isEqualTo(
            "{\"id\":\"1\",\"kind\":\"color\",\"prompt\":\"Q1\",\"answer\":\"red\",\"expected\":\"red\",\"right\":true,\"finish_reason\":\"stop\",\"prompt_tokens\":100,\"completion_tokens\":1}");
  }

  @Test
  void questionsAreAskedGreedilyWithTheirMedia() {
    cli.run("eval", set.toString());
    assertThat(cli.requests).hasSize(3).allMatch(r -> r.sampling().temperature() == 0);
    assertThat(cli.requests.get(1).messages().getFirst().content())
        .containsExactly(new Content.Image(), new Content.Image(), new Content.Text("Q2"));
    assertThat(cli.requests.get(2).messages().getFirst().content())
        .containsExactly(new Content.Video(), new Content.Text("Q3"));
    assertThat(((Media.Clip) cli.requests.get(2).media().getFirst()).source().fps()).isEqualTo(2);
  }

  @Test
  void tableAndThreshold() {
    CliHarness.Result r = cli.run("eval", set.toString(), "--min-share", "50");
    assertThat(r.code()).isEqualTo(1);
    assertThat(r.out())
        .isEqualTo(
            """
            kind              lines      truth      as hf
            color                 2      50.0%     100.0%
            video                 1       0.0%       0.0%
            all                   3      33.3%      66.7%
            1 prompts have another number of tokens than the set says
            """);
  }

  @Test
  void otherFieldsCanBeRight() {
    CliHarness.Result r =
        cli.run("eval", set.toString(), "--kind", "video", "--against", "more.deep");
    assertThat(r.code()).as(r.err()).isZero();
    assertThat(r.out()).contains("100.0%");
    r = cli.run("eval", set.toString(), "--against", "more.deep");
    assertThat(r.code()).isEqualTo(4);
    assertThat(r.err()).contains("line 1: field 'more.deep' is missing");
  }

  @Test
  void brokenLinesAreNamed() throws IOException {
    Files.writeString(set, "\n{\"prompt\": }\n");
    CliHarness.Result r = cli.run("eval", set.toString());
    assertThat(r.code()).isEqualTo(4);
    assertThat(r.err()).contains("set.jsonl: line 2 is no JSON");
    assertThat(r.err().lines()).hasSize(1);
  }
}
