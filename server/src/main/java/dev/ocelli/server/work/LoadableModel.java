package dev.ocelli.server.work;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.model.ModelLoader;

/**
 * A model that a {@link ModelPool} loads and unloads.
 *
 * @param <M> what it is when it is loaded
 */
public interface LoadableModel<M> {
  /** Bytes of memory that it will take. */
  long neededBytes();

  /**
   * Loads it; takes seconds to minutes.
   *
   * @param progress told how far it is; throws when the model is no longer wanted
   * @throws OcelliException when it cannot be loaded
   */
  M load(ModelLoader.Progress progress);

  /** Frees its memory. */
  void unload(M model);
}
