package dev.ocelli.engine.runtime;

/** Unwinds a computation that its caller has cancelled; never leaves the runtime. */
final class CancelledException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CancelledException() {
    super("cancelled", null, false, false);
  }
}
