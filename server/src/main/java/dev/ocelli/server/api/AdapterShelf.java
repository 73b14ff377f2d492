package dev.ocelli.server.api;

import dev.ocelli.engine.runtime.Adapters;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which LoRA adapters belong to which model, be it loaded or not: with a model that is unloaded its
 * adapters go, and when it is loaded again they come back from their files. Thread-safe.
 */
public final class AdapterShelf {
  private final Map<String, Adapters.Kept> models = new LinkedHashMap<>();

  /** An adapter and the model that it belongs to. */
  record Owned(String model, Adapters.KeptEntry adapter) {}

  /** Notes what adapters a model has now. */
  public synchronized void note(String model, Adapters adapters) {
    models.put(model, adapters.kept());
  }

  /** What a model had when it was unloaded. */
  public synchronized Adapters.Kept of(String model) {
    return models.getOrDefault(model, Adapters.Kept.NONE);
  }

  /** Those of all models, in the order in which the models got their first. */
  synchronized List<Owned> all() {
    List<Owned> out = new ArrayList<>();
    models.forEach((model, kept) ->
        kept.entries().stream()
            .filter(e -> !e.name().equals(model))
            .forEach(e -> out.add(new Owned(model, e))));
    return out;
  }

  /** The adapter that a request names as its model; null where there is none. */
  @Nullable Owned named(String name) {
    return all().stream().filter(o -> o.adapter().name().equals(name)).findFirst().orElse(null);
  }
}
