package dev.ocelli.server.work;

import dev.ocelli.engine.OcelliException;
import java.util.function.BooleanSupplier;

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
   * @param unwanted whether to give up, by any exception
   * @throws OcelliException when it cannot be loaded
   */
  M load(BooleanSupplier unwanted);

  /** Frees its memory. */
  void unload(M model);
}
