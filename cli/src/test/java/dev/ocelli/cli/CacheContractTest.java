package dev.ocelli.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.cli.console.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The options of the caches and {@code ocelli cache}, with the engine and the embedded model. */
class CacheContractTest {
  private static final String PICTURE = "../examples/circle-ring-square.png";

  @TempDir Path temp;

  private static CliHarness.Result describe(String... more) {
    String[] args = new String[more.length + 3];
    args[0] = "describe";
    args[1] = "--json";
    args[2] = PICTURE;
    System.arraycopy(more, 0, args, 3, more.length);
    return CliHarness.real().run(args);
  }

  private static JsonNode json(CliHarness.Result r) {
    assertThat(r.code()).as(r.err()).isZero();
    return JsonMapper.shared().readTree(r.out());
  }

  @Test
  void theSecondRunReadsWhatTheFirstHasWritten() {
    Path folder = temp.resolve("cache");
    String dir = folder.toString();
    JsonNode plain = json(describe());
    JsonNode first = json(describe("--cache-dir", dir));
    JsonNode second = json(describe("--cache-dir", dir));
    assertThat(plain.path("images").path(0).path("cached").asBoolean()).isFalse();
    assertThat(first.path("images").path(0).path("cached").asBoolean()).isFalse();
    assertThat(second.path("images").path(0).path("cached").asBoolean()).isTrue();
    assertThat(second.path("timings").path("encode").asDouble()).isZero();
    assertThat(second.path("reused_tokens_disk").asInt())
        .isEqualTo((second.path("prompt_tokens").asInt() - 1) / 64 * 64);
    assertThat(first.path("text")).isEqualTo(plain.path("text"));
    assertThat(second.path("text")).isEqualTo(plain.path("text"));

    JsonNode held = json(CliHarness.real().run("cache", "du", dir, "--json"));
    assertThat(held.path("pictures").asInt()).isEqualTo(1);
    assertThat(held.path("picture_bytes").asLong()).isPositive();
    CliHarness.Result cleared = CliHarness.real().run("cache", "clear", dir);
    assertThat(cleared.out()).startsWith("removed ").contains(", 1 pictures (");
    assertThat(CliHarness.real().run("cache", "du", dir).out())
        .isEqualTo("0 blocks of keys and values (0.0 MiB), 0 pictures (0.0 MiB)\n");
  }

  @Test
  void nothingIsWrittenUnlessAskedFor() {
    JsonNode reply = json(describe("--cache-ram", "0"));
    assertThat(reply.path("reused_tokens").asInt()).isZero();
  }

  @Test
  void aFolderThatCannotBeUsedIsNotedOnceAndChangesNothing() throws Exception {
    Path file = Files.createFile(temp.resolve("file"));
    CliHarness.Result r = describe("--cache-dir", file.toString());
    assertThat(json(r).path("text")).isEqualTo(json(describe()).path("text"));
    assertThat(r.err()).containsOnlyOnce("note: " + file + ": cannot be used as a cache (");
    assertThat(describe("-q", "--cache-dir", file.toString()).err()).isEmpty();
  }

  @Test
  void wrongSizesAndFoldersAreRefused() {
    assertThat(describe("--cache-ram", "-1").err())
        .isEqualTo("ocelli: --cache-ram is -1; it must be between 0 and 16777216 MiB\n");
    assertThat(describe("--cache-disk", "-1").code()).isEqualTo(ExitCode.USAGE);
    CliHarness.Result r = CliHarness.real().run("cache", "du", temp.resolve("none").toString());
    assertThat(r.code()).isEqualTo(ExitCode.INPUT);
    assertThat(r.err()).endsWith("none: there is no such folder; give the one of --cache-dir\n");
    assertThat(CliHarness.real().run("cache", "shrink", temp.toString()).code())
        .isEqualTo(ExitCode.USAGE);
  }
}
