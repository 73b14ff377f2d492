package dev.ocelli.engine.runtime;

/**
 * Says how much memory may be taken. An engine with one refuses models, contexts and pictures that
 * do not fit, instead of being ended by the system in the middle of them.
 */
@FunctionalInterface
public interface MemoryGuard {
  /** Nothing is refused. */
  MemoryGuard OFF = () -> Long.MAX_VALUE;

  /** Bytes that this process may take now; a great number where that is unknown. */
  long available();
}
