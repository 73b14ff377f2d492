package dev.ocelli.cli.flags;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the reply must look like and when it ends; names as in llama.cpp. */
public final class ControlFlags {
  @Option(
      names = "--grammar",
      paramLabel = "GBNF",
      description = "The reply matches this grammar (docs/cli.md).")
  @Nullable String grammar;

  @Option(names = "--grammar-file", paramLabel = "FILE", description = "File with the grammar.")
  @Nullable Path grammarFile;

  @Option(
      names = {"-j", "--json-schema"},
      paramLabel = "SCHEMA",
      description = "The reply is JSON that fits this JSON Schema; {} for any object.")
  @Nullable String schema;

  @Option(
      names = {"-jf", "--json-schema-file"},
      paramLabel = "FILE",
      description = "File with the JSON Schema.")
  @Nullable Path schemaFile;

  @Option(
      names = {"-rea", "--reasoning"},
      paramLabel = "MODE",
      description = "Reasoning before the answer: on, off or auto (default: as the model has it).")
  String reasoning = "auto";

  @Option(
      names = "--reasoning-budget",
      paramLabel = "N",
      description =
          "Tokens after which reasoning is closed; 0 for none, -1 for no limit (default).")
  int reasoningBudget = -1;

  @Option(
      names = "--loop-guard",
      paramLabel = "MODE",
      description = "End a reply that only repeats itself: on (default) or off.")
  String loopGuard = "on";
}
