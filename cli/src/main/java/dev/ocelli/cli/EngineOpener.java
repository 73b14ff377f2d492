package dev.ocelli.cli;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.gguf.GgufFile;
import dev.ocelli.engine.model.ModelFiles;
import dev.ocelli.engine.model.ModelLoader;
import dev.ocelli.engine.runtime.CacheOptions;
import dev.ocelli.engine.runtime.Engine;
import dev.ocelli.engine.runtime.EngineOptions;
import dev.ocelli.engine.runtime.EngineOptions.VisionPrecision;
import dev.ocelli.engine.runtime.MemoryGuard;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.nano.NanoModel;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Loads models with the engine. */
final class EngineOpener implements LoadedModel.Opener {
  private static final int MOST_TEMPLATE_BYTES = 1 << 20;

  /** In MiB; more is a mistake on any machine. */
  private static final long MOST_CACHE = 1L << 24;

  /** Wider chunks gain nothing, and scratch memory grows with them. */
  private static final int MOST_CHUNK = 8192;

  @Override
  public LoadedModel open(ModelFlags flags, boolean vision, Progress progress) {
    long start = System.nanoTime();
    return new EngineModel(engine(flags, vision, progress), (System.nanoTime() - start) / 1e6);
  }

  /**
   * Loads the model that flags name.
   *
   * @param vision whether pictures or clips will be looked at
   */
  static Engine engine(ModelFlags flags, boolean vision, Progress progress) {
    return engine(flags, vision, progress, ModelLoader.Progress.NONE);
  }

  /** The same, and others are told how far it is. */
  static Engine engine(
      ModelFlags flags, boolean vision, Progress progress, ModelLoader.Progress others) {
    EngineOptions options = options(flags);
    ModelFiles files = files(flags, vision);
    try {
      Path template = flags.chatTemplateFile;
      if (template != null) {
        files =
            files.withChatTemplate(
                new ModelFiles.ChatSource(
                    InputFiles.text(template, "a chat template", MOST_TEMPLATE_BYTES),
                    template.toString()));
      }
      return Engine.open(
          files,
          options,
          (done, total) -> {
            progress.show("loading", (int) (done >> 10), (int) (total >> 10));
            others.reached(done, total);
          });
    } catch (Throwable e) {
      files.close();
      throw e;
    } finally {
      progress.clear();
    }
  }

  /** Loads a model from files, which are closed with it or when that fails. */
  static Engine open(ModelFiles files, EngineOptions options, ModelLoader.Progress progress) {
    try {
      return Engine.open(files, options, progress);
    } catch (Throwable e) {
      files.close();
      throw e;
    }
  }

  /**
   * Opens the files that flags name.
   *
   * @param vision whether pictures or clips will be looked at
   */
  static ModelFiles files(ModelFlags flags, boolean vision) {
    String model = flags.model;
    if (model == null || model.equals("nano")) {
      if (flags.mmproj != null) {
        throw new OcelliException(
            Kind.USAGE,
            "%s: the embedded nano model has its own vision file; leave out --mmproj or name the language model with -m"
                .formatted(flags.mmproj));
      }
      Arena arena = Arena.ofAuto();
      return ModelFiles.of(
          GgufFile.of(NanoModel.text(arena), NanoModel.TEXT_ORIGIN),
          flags.noMmproj ? null : GgufFile.of(NanoModel.vision(arena), NanoModel.VISION_ORIGIN));
    }
    Path path = InputFiles.path(model);
    boolean pictures = !flags.noMmproj;
    Path mmproj = flags.mmproj;
    if (mmproj == null && pictures && !Files.isDirectory(path)) {
      mmproj = beside(path, vision);
    }
    return ModelFiles.open(path, mmproj, pictures);
  }

  /** The only vision file beside a model, or null; several are an error when one is needed. */
  private static @Nullable Path beside(Path model, boolean needed) {
    Path folder = model.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      return null;
    }
    List<Path> found;
    try (Stream<Path> all = Files.list(folder)) {
      found =
          all.filter(
                  p -> {
                    String name = String.valueOf(p.getFileName()).toLowerCase(Locale.ROOT);
                    return name.startsWith("mmproj") && name.endsWith(".gguf");
                  })
              .sorted()
              .toList();
    } catch (IOException e) {
      return null; // a folder that cannot be listed: the model itself may still be readable
    }
    if (found.stream().anyMatch(p -> p.getFileName().equals(model.getFileName()))) {
      return null; // the vision file itself is given as the model, which is said better later
    }
    if (found.size() > 1 && needed) {
      throw new OcelliException(
          Kind.USAGE,
          "%s: %d vision files lie beside the model (%s); name one with --mmproj"
              .formatted(
                  model,
                  found.size(),
                  String.join(
                      ", ", found.stream().map(p -> String.valueOf(p.getFileName())).toList())));
    }
    return found.size() == 1 ? found.getFirst() : null;
  }

  static void requireThreads(ModelFlags flags) {
    require("--threads", flags.threads, 1024);
    require("--threads-batch", flags.threadsBatch, 1024);
  }

  /** How engines compute, by the flags. */
  static EngineOptions options(ModelFlags flags) {
    requireThreads(flags);
    require("--ctx-size", flags.contextSize, 1 << 24);
    if (flags.chunk < 1 || flags.chunk > MOST_CHUNK) {
      throw new OcelliException(
          Kind.USAGE,
          "--chunk is %d; it must be between 1 and %d".formatted(flags.chunk, MOST_CHUNK));
    }
    return EngineOptions.DEFAULT
        .edit()
        .threads(flags.threads)
        .batchThreads(flags.threadsBatch)
        .contextLength(flags.contextSize)
        .chunk(flags.chunk)
        .cacheType(cacheType(flags))
        .exact(flags.exact)
        .level(flags.level)
        .visionPrecision(visionPrecision(flags.visionPrecision))
        .loadMode(flags.loadMode)
        .requantization(flags.requantization)
        .draft(draft(flags.draft))
        .caches(caches(flags))
        .memory(flags.noMemoryGuard ? MemoryGuard.OFF : FreeMemory::bytes)
        .adapters(flags.adapters.choices())
        .build();
  }

  private static CacheOptions caches(ModelFlags flags) {
    long memory = mebibytes("--cache-ram", flags.cacheRam);
    long disk = mebibytes("--cache-disk", flags.cacheDisk);
    CacheOptions caches = CacheOptions.ofMemory(memory);
    Path directory = flags.cacheDir;
    return directory == null ? caches : caches.withDirectory(directory, disk);
  }

  private static long mebibytes(String flag, long value) {
    if (value < 0 || value > MOST_CACHE) {
      throw new OcelliException(
          Kind.USAGE,
          "%s is %d; it must be between 0 and %d MiB".formatted(flag, value, MOST_CACHE));
    }
    return value << 20;
  }

  private static VisionPrecision visionPrecision(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "auto" -> VisionPrecision.AUTO;
      case "f32" -> VisionPrecision.F32;
      case "bf16" -> VisionPrecision.BF16;
      default ->
          throw new OcelliException(
              Kind.USAGE,
              "--vision-precision '%s' is unknown; use auto, f32 or bf16".formatted(name));
    };
  }

  private static int draft(@Nullable String value) {
    if (value == null || value.equalsIgnoreCase("auto")) {
      return EngineOptions.AUTO_DRAFT;
    }
    if (value.equalsIgnoreCase("off")) {
      return 0;
    }
    int max = EngineOptions.MAX_DRAFT;
    if (!value.matches("\\d{1,4}") || Integer.parseInt(value) > max) {
      throw new OcelliException(
          Kind.USAGE,
          "--draft-max is '%s'; give auto, off or a number from 0 to %d".formatted(value, max));
    }
    return Integer.parseInt(value);
  }

  private static void require(String flag, int value, int max) {
    if (value < 0 || value > max) {
      throw new OcelliException(
          Kind.USAGE,
          "%s is %d; it must be between 0 (automatic) and %d".formatted(flag, value, max));
    }
  }

  private static DType cacheType(ModelFlags flags) {
    String k = flags.cacheTypeK;
    String v = flags.cacheTypeV;
    if (k != null && v != null && !k.equalsIgnoreCase(v)) {
      throw new OcelliException(
          Kind.USAGE,
          "--cache-type-k is %s and --cache-type-v is %s; keys and values have one type, give the same for both"
              .formatted(k, v));
    }
    String type = k != null ? k : v != null ? v : "f16";
    return switch (type.toLowerCase(Locale.ROOT)) {
      case "f16" -> DType.F16;
      case "f32" -> DType.F32;
      case "q8_0" -> DType.Q8_0;
      default ->
          throw new OcelliException(
              Kind.USAGE,
              "--cache-type-k is %s; keys and values are cached as f16, f32 or q8_0"
                  .formatted(type));
    };
  }
}
