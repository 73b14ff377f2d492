package dev.ocelli.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What becomes of the reply. */
final class ReplyFlags {
  @Option(
      names = {"--stop", "-r", "--reverse-prompt"},
      paramLabel = "TEXT",
      description = "Text that ends the reply and is not part of it; several times for several.")
  List<String> stop = new ArrayList<>();

  @Option(
      names = "--json",
      description = "Print one JSON object in place of the text (docs/cli.md).")
  boolean json;

  @Option(
      names = "--record",
      paramLabel = "FILE",
      description =
          "Write a record of everything that the reply depends on; 'ocelli replay FILE' makes the reply again (docs/cli.md).")
  @Nullable Path record;

  @Option(
      names = "--record-media",
      description =
          "With --record: the record holds the pictures' files, not only their hashes; never documents and videos.")
  boolean recordMedia;

  @Option(
      names = "--annotate",
      paramLabel = "OUT.png",
      description =
          "Write the picture with the boxes and points of the reply drawn; for one picture.")
  @Nullable Path annotate;

  @Option(
      names = "--logprobs",
      paramLabel = "K",
      description = "With --json: log-probability of every token and of the K likeliest beside it.")
  @Nullable Integer logprobs;
}
