package dev.ocelli.cli.batch;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a batch is worked on. */
final class BatchFlags {
  @Option(
      names = {"--schema", "-jf", "--json-schema-file"},
      paramLabel = "FILE",
      description = "Replies are JSON that fits the JSON Schema in FILE.")
  @Nullable Path schema;

  @Option(
      names = {"-np", "--parallel"},
      paramLabel = "N",
      defaultValue = "4",
      description =
          "Replies made at once, each with a context of -c tokens. Default: ${DEFAULT-VALUE}.")
  int parallel = 4;

  @Option(
      names = "--retries",
      paramLabel = "N",
      defaultValue = "2",
      description =
          "How often a request is tried again when memory does not suffice. Default: ${DEFAULT-VALUE}.")
  int retries = 2;

  @Option(names = "--no-dedupe", description = "Answer equal requests one by one.")
  boolean noDedupe;

  @Option(
      names = "--max-items",
      paramLabel = "N",
      description = "End after N requests; the same command goes on from there.")
  long maxItems;

  @Option(
      names = "--max-tokens-total",
      paramLabel = "N",
      description = "End after N tokens of prompts and replies.")
  long maxTokens;

  @Option(
      names = "--max-time",
      paramLabel = "TIME",
      description = "End after this time, for example 90s, 30m or 8h.")
  @Nullable String maxTime;

  @Option(names = "--retry-failed", description = "Try requests again that failed earlier.")
  boolean retryFailed;

  @Option(names = "--restart", description = "Forget what is done, and begin anew.")
  boolean restart;

  @Option(
      names = "--image-min-tokens",
      paramLabel = "N",
      description = "Enlarge smaller pictures to about N tokens. Default: the model's own.")
  int minTokens;

  @Option(
      names = "--image-max-tokens",
      paramLabel = "N",
      description = "Shrink larger pictures to about N tokens. Default: the model's own.")
  int maxImageTokens;

  @Option(
      names = "--pdf-password",
      paramLabel = "TEXT",
      description = "Password of encrypted PDF files in a folder.")
  @Nullable String pdfPassword;

  @Option(names = "--json", description = "Print the summary as one JSON object.")
  boolean json;
}
