package dev.ocelli.server.api;

import dev.ocelli.engine.runtime.ModelSummary;
import dev.ocelli.server.wire.ApiError;
import dev.ocelli.server.work.ModelPool;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The models that a server has, loaded or not, by the names that clients call them. */
public final class ModelCatalog {
  /** What Ollama's clients put behind names. */
  private static final String LATEST = ":latest";

  /** Names that an error lists. */
  private static final int MOST_NAMES = 20;

  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final ModelPool<ServedModel> pool;
  private final AdapterShelf adapters;

  /**
   * A model that clients may ask for.
   *
   * @param summary what its files say, or null when they cannot be read
   * @param context tokens that a conversation may have
   * @param problem why it cannot be used, or null
   * @param since when the server began to offer it
   */
  public record Entry(
      String name,
      @Nullable ModelSummary summary,
      int context,
      @Nullable String problem,
      Instant since) {}

  /**
   * The models of a pool.
   *
   * @param entries at least one; the pool has all those without a problem
   * @param adapters of these models
   */
  public ModelCatalog(
      Collection<Entry> entries, ModelPool<ServedModel> pool, AdapterShelf adapters) {
    entries.forEach(e -> this.entries.put(e.name(), e));
    this.pool = pool;
    this.adapters = adapters;
  }

  AdapterShelf adapters() {
    return adapters;
  }

  /** Whether a model, usable or not, has a name. */
  boolean has(String name) {
    return entries.containsKey(name);
  }

  ModelPool<ServedModel> pool() {
    return pool;
  }

  Collection<Entry> entries() {
    return entries.values();
  }

  /** Whether there is but one model, so that requests need not say which. */
  boolean alone() {
    return entries.size() == 1;
  }

  /** Where all models are; those that cannot be used are nowhere. */
  Map<String, ModelPool.Status<ServedModel>> states() {
    return pool.states().stream()
        .collect(Collectors.toMap(ModelPool.Status::name, s -> s, (a, b) -> a, LinkedHashMap::new));
  }

  /** The models that are loaded now. They may be unloaded at any time. */
  List<ServedModel> loaded() {
    return pool.states().stream()
        .flatMap(s -> java.util.stream.Stream.ofNullable(s.model()))
        .toList();
  }

  /**
   * The model of a name.
   *
   * @throws ApiError 404 that names those that there are
   */
  Entry named(String name) {
    Entry e = entries.get(name);
    if (e == null && name.endsWith(LATEST)) {
      e = entries.get(name.substring(0, name.length() - LATEST.length()));
    }
    if (e == null) {
      throw notFound("there is no model '%s'; this server has %s".formatted(name, names()));
    }
    return e;
  }

  /** Whether a request that says one name means the model of another. */
  boolean names(String said, String model) {
    return said.equals(model) || said.equals(model + LATEST);
  }

  static ApiError notFound(String message) {
    return new ApiError(ApiError.Kind.NOT_FOUND, message).code("model_not_found");
  }

  /**
   * The model that a request asks for, by its name or that of one of its adapters. A server with
   * one model answers with it, whatever the request says.
   *
   * @throws ApiError 400 when the request must say which, or the model cannot be used; 404
   */
  Entry wanted(@Nullable String name) {
    Entry e;
    if (alone()) {
      e = entries.values().iterator().next();
    } else if (name == null || name.isEmpty()) {
      throw ApiError.field("model", "is missing; this server has " + names());
    } else {
      AdapterShelf.Owned adapter = has(name) ? null : adapters.named(name);
      e = named(adapter == null ? name : adapter.model());
    }
    String problem = e.problem();
    if (problem != null) {
      throw ApiError.field("model", "'%s' cannot be used: %s".formatted(e.name(), problem));
    }
    return e;
  }

  private String names() {
    String list = entries.keySet().stream().limit(MOST_NAMES).collect(Collectors.joining(", "));
    int more = entries.size() - MOST_NAMES;
    return more > 0 ? "%s and %d more (/v1/models)".formatted(list, more) : list;
  }
}
