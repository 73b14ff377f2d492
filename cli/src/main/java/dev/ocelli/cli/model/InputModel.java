package dev.ocelli.cli.model;

import dev.ocelli.cli.flags.HubAccess;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The model that a command reads, its first argument: a file, a folder, or a name on a hub. */
public final class InputModel {
  @Parameters(
      index = "0",
      paramLabel = "IN",
      description =
          "GGUF file (of a split one any shard), safetensors file, folder of a snapshot, or hf:OWNER/NAME:QUANT, ms:OWNER/NAME:QUANT or an address, fetched unless it is on the disk.")
  String named = "";

  @Mixin HubAccess access = new HubAccess();

  /** Where it is; fetched first, where it must be. */
  public Path path(Context context, boolean quiet) {
    return new ModelSource(context, quiet).path(named, access);
  }
}
