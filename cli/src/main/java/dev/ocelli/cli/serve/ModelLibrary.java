package dev.ocelli.cli.serve;

import dev.ocelli.cli.model.EngineOpener;
import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.model.FoundModel;
import dev.ocelli.engine.model.ModelFiles;
import dev.ocelli.engine.model.ModelFolder;
import dev.ocelli.engine.runtime.EngineOptions;
import dev.ocelli.engine.runtime.MemoryPlan;
import dev.ocelli.engine.runtime.ModelSummary;
import dev.ocelli.server.ModelOffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The models of {@code --models-dir}: what a server can offer.
 *
 * @param offers models, sorted by folder and name
 * @param notes about files that are not offered, and models that cannot be used
 */
record ModelLibrary(List<ModelOffer> offers, List<String> notes) {

  /**
   * Looks through folders; weights are not touched.
   *
   * @param options of every model
   * @param pictures whether vision files are used
   * @param slots of every model
   * @throws OcelliException USAGE when there is nothing to be served
   */
  static ModelLibrary scan(List<Path> folders, EngineOptions options, boolean pictures, int slots) {
    Map<String, ModelOffer> offers = new LinkedHashMap<>();
    List<String> notes = new ArrayList<>();
    for (Path folder : folders) {
      ModelFolder.Contents contents = ModelFolder.scan(folder);
      contents.skipped().forEach(s -> notes.add("not served: " + s));
      for (FoundModel found : contents.models()) {
        ModelOffer offer = offer(found, options, pictures, slots);
        if (offer.problem() != null) {
          notes.add("model %s cannot be used: %s".formatted(offer.name(), offer.problem()));
        }
        if (offers.put(found.name(), offer) != null) {
          throw new OcelliException(
              Kind.USAGE,
              "two folders of --models-dir have a model '%s', the second is %s; rename one of them"
                  .formatted(found.name(), folder));
        }
      }
    }
    requireUsable(folders, offers, notes);
    return new ModelLibrary(List.copyOf(offers.values()), List.copyOf(notes));
  }

  private static void requireUsable(
      List<Path> folders, Map<String, ModelOffer> offers, List<String> notes) {
    if (offers.values().stream().allMatch(o -> o.problem() != null)) {
      String why = notes.isEmpty() ? "" : ": " + notes.getFirst();
      throw new OcelliException(
          Kind.USAGE,
          "--models-dir %s has no model that can be served%s; name a folder with GGUF files or with folders of safetensors"
              .formatted(String.join(", ", folders.stream().map(Path::toString).toList()), why));
    }
  }

  private static ModelOffer offer(
      FoundModel found, EngineOptions options, boolean pictures, int slots) {
    Path mmproj = pictures ? found.mmproj() : null;
    String problem = pictures ? found.problem() : null;
    try (ModelFiles files = ModelFiles.open(found.model(), mmproj, pictures)) {
      int own = files.config().text().contextLength();
      return new ModelOffer(
          found.name(),
          ModelSummary.of(files),
          options.contextLength() > 0 ? options.contextLength() : own,
          MemoryPlan.of(files, options).loadBytes(slots),
          problem,
          progress ->
              EngineOpener.open(
                  ModelFiles.open(found.model(), mmproj, pictures), options, progress));
    } catch (OcelliException e) {
      return new ModelOffer(
          found.name(),
          null,
          0,
          0,
          String.valueOf(e.getMessage()),
          progress -> {
            throw e;
          });
    }
  }
}
