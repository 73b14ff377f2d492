package dev.ocelli.engine.gguf;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.tensor.Printable;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/** Changes to the metadata of a file; its tensors stay as they are. */
public final class GgufEdits {
  private static final String ARCHITECTURE = "general.architecture";

  private final Map<String, GgufValue> values = new LinkedHashMap<>();
  private final Set<String> removed = new LinkedHashSet<>();

  /** No change yet. */
  public GgufEdits() {}

  /**
   * Sets a key; one that is there keeps its place.
   *
   * @throws OcelliException (USAGE) when the key is removed or set as well, or belongs to shards
   */
  public GgufEdits set(String key, GgufValue value) {
    requireOwn(key);
    if (values.put(key, value) != null || removed.contains(key)) {
      throw twice(key);
    }
    return this;
  }

  /**
   * Removes a key.
   *
   * @throws OcelliException (USAGE) when the key is set as well, or no file can be without it
   */
  public GgufEdits remove(String key) {
    requireOwn(key);
    if (key.equals(ARCHITECTURE)) {
      throw usage("key '%s' tells what the file is and cannot be removed".formatted(key));
    }
    if (!removed.add(key) || values.containsKey(key)) {
      throw twice(key);
    }
    return this;
  }

  private static void requireOwn(String key) {
    if (GgufShards.KEYS.contains(key)) {
      throw usage(
          "key '%s' is written by the commands split and merge and cannot be changed"
              .formatted(key));
    }
  }

  private static OcelliException twice(String key) {
    return usage("key '%s' is changed twice; name it once".formatted(Printable.of(key)));
  }

  /** Whether there is nothing to change. */
  public boolean isEmpty() {
    return values.isEmpty() && removed.isEmpty();
  }

  /**
   * A writer of the changed file; of shards, one file.
   *
   * @throws OcelliException (USAGE) when a key to remove is not there, or a key or value is none
   *     that a file can have
   */
  public GgufWriter apply(GgufFile model) {
    SequencedMap<String, GgufValue> all = new LinkedHashMap<>(model.metadata().entries());
    all.keySet().removeAll(GgufShards.KEYS);
    for (String key : removed) {
      if (all.remove(key) == null) {
        throw usage(
            "%s has no key '%s' to remove; see 'ocelli show' for its keys"
                .formatted(model.origin(), Printable.of(key)));
      }
    }
    all.putAll(values);
    GgufWriter w = new GgufWriter();
    all.forEach((key, value) -> {
      try {
        w.put(key, value);
      } catch (IllegalArgumentException e) {
        throw usage("key '%s': %s".formatted(Printable.of(key), e.getMessage()));
      }
    });
    model.tensors().forEach(w::tensor);
    return w;
  }

  private static OcelliException usage(String problem) {
    return new OcelliException(Kind.USAGE, problem);
  }
}
