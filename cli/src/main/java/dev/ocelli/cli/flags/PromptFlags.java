package dev.ocelli.cli.flags;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the model is asked. */
public final class PromptFlags {
  @Option(
      names = {"-p", "--prompt"},
      paramLabel = "TEXT",
      description = {
        "The prompt; '-' reads it from standard input.",
        "Pictures come before it, or where it says <__media__>."
      })
  public @Nullable String prompt;

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "File with the prompt (UTF-8).")
  public @Nullable Path file;

  @Option(
      names = {"-e", "--escape"},
      description =
          "Turn \\n, \\t, \\r, \\', \\\" and \\\\ of the prompt into what they stand for.")
  boolean escape;

  @Option(
      names = {"-sys", "--system-prompt"},
      paramLabel = "TEXT",
      description = "System message.")
  public @Nullable String system;
}
