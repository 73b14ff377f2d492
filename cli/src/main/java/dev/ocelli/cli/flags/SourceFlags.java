package dev.ocelli.cli.flags;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Models that are named by their place on a hub instead of a file; names as in llama.cpp. */
public final class SourceFlags {
  @Option(
      names = {"-hf", "-hfr", "--hf-repo"},
      paramLabel = "OWNER/NAME[:QUANT]",
      description =
          "Model of Hugging Face, with its vision file; fetched unless it is on the disk. Default quantization: Q4_K_M.")
  public @Nullable String huggingFace;

  @Option(
      names = {"-hff", "--hf-file"},
      paramLabel = "FILE",
      description = "File of that repository, where a quantization does not say which.")
  public @Nullable String file;

  @Option(
      names = {"-ms", "--modelscope"},
      paramLabel = "OWNER/NAME[:QUANT]",
      description = "The same of ModelScope.")
  public @Nullable String modelScope;

  @Option(
      names = {"-mu", "--model-url"},
      paramLabel = "ADDRESS",
      description = "GGUF file at an address, fetched unless it is on the disk.")
  public @Nullable String address;

  @Mixin public HubAccess access = new HubAccess();

  /** Whether a model is named here. */
  public boolean given() {
    return huggingFace != null || modelScope != null || address != null;
  }
}
