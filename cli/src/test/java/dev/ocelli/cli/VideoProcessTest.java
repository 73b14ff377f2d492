package dev.ocelli.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ocelli.cli.console.ExitCode;
import dev.ocelli.cli.media.Videos;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Video files answer as the lists of their frames do: nano's own clips, encoded by ffmpeg. */
class VideoProcessTest {
  private static final Map<String, String> PATH =
      Map.of("PATH", String.valueOf(System.getenv("PATH")));

  @TempDir Path folder;

  private static void requireFfmpeg() {
    assumeTrue(Videos.tools(PATH) != null, "ffmpeg and ffprobe are not installed");
  }

  private static JsonNode answer(String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of("--json", "-q", "--logprobs", "0"));
    CliHarness cli = CliHarness.real();
    cli.environment = PATH;
    CliHarness.Result r = cli.run(all.toArray(new String[0]));
    assertThat(r.code()).as(r.err()).isZero();
    return JsonMapper.shared().readTree(r.out());
  }

  /** The frames of a clip of the evaluation set in a folder of their own. */
  private Path frames(String clip) throws Exception {
    Path to = Files.createDirectory(folder.resolve(clip));
    try (var all = Files.list(NanoFiles.evaluationSet().resolveSibling("images"))) {
      for (Path file : all.filter(f -> f.getFileName().toString().startsWith(clip)).toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
    return to;
  }

  private Path encode(Path frames, String clip, String name, String... options) throws Exception {
    Path file = folder.resolve(name);
    List<String> command =
        new ArrayList<>(List.of("ffmpeg", "-y", "-loglevel", "error", "-framerate", "2", "-i"));
    command.add(frames.resolve(clip + "_%d.png").toString());
    command.addAll(List.of(options));
    command.add(file.toString());
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    return file;
  }

  private static void assertSame(JsonNode a, JsonNode b) {
    assertThat(a.path("text").asString()).isNotEmpty().isEqualTo(b.path("text").asString());
    assertThat(a.path("tokens")).isNotEmpty().isEqualTo(b.path("tokens"));
    assertThat(a.path("prompt_tokens")).isEqualTo(b.path("prompt_tokens"));
  }

  @Test
  void videosAnswerAsTheirFrames() throws Exception {
    requireFfmpeg();
    for (String clip : List.of("clip00", "clip01")) {
      Path frames = frames(clip);
      JsonNode expected =
          answer(
              "describe",
              "--video-frames",
              frames.toString(),
              "-p",
              "Which direction does it move?");
      Path mp4 = encode(frames, clip, clip + ".mp4", "-c:v", "libx264rgb", "-qp", "0");
      assertSame(
          answer("describe", mp4.toString(), "-p", "Which direction does it move?"), expected);
      Path webp = encode(frames, clip, clip + ".webp", "-c:v", "libwebp_anim", "-lossless", "1");
      assertSame(
          answer("describe", "--video", webp.toString(), "-p", "Which direction does it move?"),
          expected);
      Path lossy =
          encode(frames, clip, clip + ".webm", "-c:v", "libvpx-vp9", "-crf", "20", "-b:v", "0");
      assertThat(
              answer("describe", lossy.toString(), "-p", "Which direction does it move?")
                  .path("text"))
          .isEqualTo(expected.path("text"));
    }
  }

  @Test
  void partsOfVideos() throws Exception {
    requireFfmpeg();
    Path frames = frames("clip01");
    Path mp4 = encode(frames, "clip01", "a.mp4", "-c:v", "libx264rgb", "-qp", "0");
    JsonNode whole = answer("describe", mp4.toString(), "-p", "What happens in this video?");
    JsonNode part =
        answer(
            "describe",
            mp4.toString(),
            "-p",
            "What happens in this video?",
            "--start",
            "1",
            "--end",
            "0:03");
    assertThat(part.path("prompt_tokens").asInt()).isLessThan(whole.path("prompt_tokens").asInt());
    JsonNode few =
        answer(
            "describe", mp4.toString(), "-p", "What happens in this video?", "--max-frames", "4");
    assertThat(few.path("prompt_tokens")).isEqualTo(part.path("prompt_tokens"));
  }

  @Test
  void withoutFfmpegTheErrorSaysWhatHelps() throws Exception {
    Path file = folder.resolve("a.mp4");
    Files.write(
        file, "\0\0\0\u0018ftypmp42".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
    for (String[] args :
        List.of(
            new String[] {"describe", file.toString(), "-p", "?"},
            new String[] {"run", "-m", "nano", "--video", file.toString(), "-p", "?"},
            new String[] {"plan", "nano", "--video", file.toString()})) {
      CliHarness.Result r = CliHarness.real().run(args);
      assertThat(r.code()).isEqualTo(ExitCode.INPUT);
      assertThat(r.err()).contains("needs ffmpeg and ffprobe, which are not on the PATH");
    }
  }

  @Test
  void plansOfVideos() throws Exception {
    requireFfmpeg();
    Path mp4 = encode(frames("clip01"), "clip01", "a.mp4", "-c:v", "libx264rgb", "-qp", "0");
    CliHarness cli = CliHarness.real();
    cli.environment = PATH;
    CliHarness.Result r =
        cli.run("plan", "nano", "--video", mp4.toString(), "--no-calibration", "--json");
    assertThat(r.code()).as(r.err()).isZero();
    assertThat(r.out()).contains("\"tokens\":36");
  }
}
