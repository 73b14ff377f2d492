package dev.ocelli.engine.model;

import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Chooses the vision file of a language model among those in its folder: one made for its width and
 * DeepStack layers. Where several are, what the files say about the model decides, then their
 * names.
 */
final class VisionPairing {
  private VisionPairing() {}

  /** The model with its vision file; with none, it reads text alone; with several, a problem. */
  static FoundModel pair(String name, GgufHeader model, List<GgufHeader> visions) {
    List<GgufHeader> left = visions.stream().filter(model::fits).toList();
    if (!model.identity().isEmpty()) {
      left = narrowed(left, v -> v.identity().equals(model.identity()));
    }
    left = narrowed(left, v -> v.stem().equals(model.stem()));
    return switch (left.size()) {
      case 0 -> new FoundModel(name, model.file(), null, null);
      case 1 -> new FoundModel(name, model.file(), left.getFirst().file(), null);
      default ->
          new FoundModel(
              name,
              model.file(),
              null,
              "%d vision files fit it (%s); leave one of them in the folder, or name it like the model: mmproj-%s.gguf"
                  .formatted(
                      left.size(),
                      left.stream()
                          .map(v -> String.valueOf(v.file().getFileName()))
                          .collect(Collectors.joining(", ")),
                      model.stem()));
    };
  }

  /** Those that a rule prefers, or all when it prefers none or there is nothing to choose. */
  private static List<GgufHeader> narrowed(List<GgufHeader> from, Predicate<GgufHeader> rule) {
    List<GgufHeader> preferred = from.stream().filter(rule).toList();
    return from.size() < 2 || preferred.isEmpty() ? from : preferred;
  }
}
