package dev.ocelli.engine.kernels.jit;

/** Something the system does not allow or have; the message is the reason, in one line. */
final class Unavailable extends Exception {
  private static final long serialVersionUID = 1;

  Unavailable(String reason) {
    super(reason);
  }

  /** The reason. */
  String reason() {
    return String.valueOf(getMessage());
  }
}
