package dev.ocelli.server.http;

/** Is told what happens; the server itself prints nothing. Called on threads of requests. */
public interface Observer {
  /** Sees nothing. */
  Observer NONE = new Observer() {};

  /** A request has been answered, or its client has gone. */
  default void access(AccessRecord record) {}

  /** A fault of the program; the client got a 500. */
  default void fault(String requestId, Throwable fault) {}
}
