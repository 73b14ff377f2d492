package dev.ocelli.cli.flags;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How hubs are asked, of every command that takes models of hubs. */
public final class HubAccess {
  @Option(
      names = {"-hft", "--hf-token"},
      paramLabel = "TOKEN",
      description = "Token for Hugging Face. Default: HF_TOKEN; others see options of a command.")
  public @Nullable String token;

  @Option(names = "--offline", description = "Ask nothing over the network.")
  public boolean offline;
}
