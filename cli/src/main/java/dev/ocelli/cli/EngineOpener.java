package dev.ocelli.cli;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.gguf.GgufFile;
import dev.ocelli.engine.model.ModelFiles;
import dev.ocelli.engine.runtime.Engine;
import dev.ocelli.engine.runtime.EngineOptions;
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
  @Override
  public LoadedModel open(ModelFlags flags, boolean vision, Progress progress) {
    long start = System.nanoTime();
    EngineOptions options = options(flags);
    ModelFiles files = files(flags, vision);
    try {
      Path template = flags.chatTemplateFile;
      if (template != null) {
        files = files.withChatTemplate(read(template));
      }
      Engine engine =
          Engine.open(
              files,
              options,
              (done, total) -> progress.show("loading", (int) (done >> 10), (int) (total >> 10)));
      return new EngineModel(engine, (System.nanoTime() - start) / 1e6);
    } catch (Throwable e) {
      files.close();
      throw e;
    } finally {
      progress.clear();
    }
  }

  private static ModelFiles files(ModelFlags flags, boolean vision) {
    String model = flags.model;
    if (model == null || model.equals("nano")) {
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

  private static EngineOptions options(ModelFlags flags) {
    require("--threads", flags.threads, 1024);
    require("--threads-batch", flags.threadsBatch, 1024);
    require("--ctx-size", flags.contextSize, 1 << 24);
    if (flags.chunk < 1) {
      throw new OcelliException(
          Kind.USAGE, "--chunk is %d; it must be at least 1".formatted(flags.chunk));
    }
    return new EngineOptions(
        flags.threads,
        flags.threadsBatch,
        flags.contextSize,
        flags.chunk,
        cacheType(flags),
        flags.exact,
        flags.level,
        flags.loadMode);
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
      default ->
          throw new OcelliException(
              Kind.USAGE,
              "--cache-type-k is %s; keys and values are cached as f16 or f32".formatted(type));
    };
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw InputFiles.unreadable(file, "a chat template", e);
    }
  }
}
