package dev.ocelli.cli;

import picocli.CommandLine.Option;

/** Options that every command has. */
final class CommonFlags {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  @Option(
      names = {"-v", "--verbose"},
      description =
          "Say more on stderr: settings with their origin, facts about the model, slow paths.")
  boolean verbose;

  @Option(
      names = {"-q", "--quiet"},
      description = "Say nothing on stderr but errors.")
  boolean quiet;
}
