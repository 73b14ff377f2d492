package dev.ocelli.cli.flags;

import dev.ocelli.engine.kernels.LoadMode;
import dev.ocelli.engine.quantize.Requantization;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which model is used and how it is computed; names as in llama.cpp. */
public final class ModelFlags {
  @Option(
      names = {"-m", "--model"},
      paramLabel = "FILE",
      description =
          "Language model: a GGUF file (the first of a sharded set will do) or a folder with safetensors; 'nano' is the embedded model, hf:OWNER/NAME:QUANT one of a hub (see -hf).")
  public @Nullable String model;

  @Mixin public SourceFlags source = new SourceFlags();

  @Option(
      names = {"-mm", "--mmproj"},
      paramLabel = "FILE",
      description = "Vision file of the model. Default: the only mmproj*.gguf beside the model.")
  public @Nullable Path mmproj;

  @Option(names = "--no-mmproj", description = "Load no vision file.")
  public boolean noMmproj;

  @Mixin public AdapterFlags adapters = new AdapterFlags();

  @Option(
      names = "--chat-template-file",
      paramLabel = "FILE",
      description = "Jinja template to use in place of the model's own.")
  public @Nullable Path chatTemplateFile;

  @Option(
      names = {"-t", "--threads"},
      paramLabel = "N",
      description = "Threads for single tokens. Default: the number of physical cores.")
  public int threads;

  @Option(
      names = {"-tb", "--threads-batch"},
      paramLabel = "N",
      description = "Threads for prompts and pictures. Default: as -t.")
  public int threadsBatch;

  @Option(
      names = {"-c", "--ctx-size", "--ctx"},
      paramLabel = "N",
      converter = TokenCount.class,
      description =
          "Tokens of context, prompt and reply together. 32k is 32768. Default: what the model was made for.")
  public int contextSize;

  @Option(
      names = {"--chunk", "-b", "--batch-size", "-ub", "--ubatch-size"},
      paramLabel = "N",
      defaultValue = "512",
      description =
          "Prompt tokens computed at once. Default: ${DEFAULT-VALUE}. Replies do not depend on it.")
  public int chunk = 512;

  @Option(
      names = {"-ctk", "--cache-type-k"},
      paramLabel = "TYPE",
      description =
          "Type of cached keys and values: f16 (default), f32, or q8_0, which takes half the memory of f16.")
  public @Nullable String cacheTypeK;

  @Option(
      names = {"-ctv", "--cache-type-v"},
      paramLabel = "TYPE",
      description = "The same as --cache-type-k: both have one type.")
  public @Nullable String cacheTypeV;

  @Option(
      names = "--exact",
      description =
          "Compute with float32 activations whatever the weights' type: slower, for comparisons.")
  public boolean exact;

  @Option(
      names = {"--draft-max", "--draft", "--draft-n"},
      paramLabel = "N",
      description =
          "Tokens of the reply to guess from repetitions and compute ahead: auto (default: as many as saves time), off, or 1 to 15. Replies do not depend on it.")
  public @Nullable String draft;

  @Option(
      names = {"-cram", "--cache-ram"},
      paramLabel = "MIB",
      defaultValue = "1024",
      description =
          "Memory for what later questions may need again: keys and values of prompts and, a quarter of it, encoded pictures. Default: ${DEFAULT-VALUE}, 0: none. Replies do not depend on it.")
  public long cacheRam = 1024;

  @Option(
      names = "--cache-dir",
      paramLabel = "DIR",
      description =
          "Keep both in this folder over restarts, in files that only their owner can read. Default: nothing is written to the disk.")
  public @Nullable Path cacheDir;

  @Option(
      names = "--cache-disk",
      paramLabel = "MIB",
      defaultValue = "10240",
      description = "Most that the folder of --cache-dir may hold. Default: ${DEFAULT-VALUE}.")
  public long cacheDisk = 10240;

  @Option(
      names = "--level",
      paramLabel = "NAME",
      defaultValue = "auto",
      description = "Instruction-set level of the kernels. Default: ${DEFAULT-VALUE}.")
  public String level = "auto";

  @Option(
      names = "--vision-precision",
      paramLabel = "TYPE",
      defaultValue = "auto",
      description =
          "What F16 weights of the vision tower are multiplied as: f32, bf16 (twice as fast), or auto: bf16 where the processor has it. Default: ${DEFAULT-VALUE}.")
  public String visionPrecision = "auto";

  @Option(
      names = "--load-mode",
      paramLabel = "MODE",
      description =
          "Weights: repack (rearranged in memory, default), mmap (as they are in the file: no copy, slower) or mlock (repacked and never swapped out).")
  public LoadMode loadMode = LoadMode.REPACK;

  @Option(
      names = "--requantize",
      paramLabel = "TYPE",
      description =
          "What weights of 8 to 32 bits of floating point become in memory: q8_0, q4_k (the output matrix Q6_K) or off (default).")
  public Requantization requantization = Requantization.OFF;

  @Option(
      names = "--no-memory-guard",
      description =
          "Do not refuse what the machine's free memory does not suffice for; the system may end the program then.")
  public boolean noMemoryGuard;

  @Option(names = "--mmap", hidden = true)
  void mmap(boolean value) {
    loadMode = LoadMode.MMAP;
  }

  @Option(names = "--no-mmap", hidden = true)
  void noMmap(boolean value) {
    loadMode = LoadMode.REPACK;
  }

  @Option(names = "--mlock", hidden = true)
  void mlock(boolean value) {
    loadMode = LoadMode.MLOCK;
  }

  private final List<String> withoutEffect = new ArrayList<>();

  @Option(
      names = {"-ngl", "--gpu-layers", "--n-gpu-layers"},
      paramLabel = "N",
      hidden = true)
  void gpuLayers(String value) {
    withoutEffect.add("--gpu-layers: everything is computed on the CPU");
  }

  @Option(
      names = {"-fa", "--flash-attn"},
      arity = "0..1",
      hidden = true)
  void flashAttention(String value) {
    withoutEffect.add("--flash-attn: attention is always computed in tiles");
  }

  @Option(names = "--jinja", hidden = true)
  void jinja(boolean value) {
    withoutEffect.add("--jinja: the model's template is always used");
  }

  @Option(
      names = {"--no-warmup", "--no-mmproj-offload"},
      hidden = true)
  void llamaOnly(boolean value) {
    withoutEffect.add("--no-warmup, --no-mmproj-offload: nothing is warmed up or offloaded");
  }

  /** Options of llama.cpp that were given and change nothing here, with the reason. */
  public List<String> withoutEffect() {
    return withoutEffect;
  }
}
