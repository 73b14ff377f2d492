package dev.ocelli.engine.kernels.jit;

/** A place in the code; may be used before it is bound. */
final class Label {
  /** Byte offset from the start of the code, or -1 while not bound. */
  int position = -1;
}
