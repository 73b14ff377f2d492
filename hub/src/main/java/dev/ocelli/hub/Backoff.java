package dev.ocelli.hub;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.tensor.Printable;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Waits between tries, longer each time, and says when there have been enough. */
final class Backoff {
  /** Nobody answers, or the name is unknown: that seldom changes within a minute. */
  private static final int CONNECT_ATTEMPTS = 3;

  private final HubSettings.Patience patience;
  private int failures;

  Backoff(HubSettings.Patience patience) {
    this.patience = patience;
  }

  /** Something came: what failed before does not count any more. */
  void progress() {
    failures = 0;
  }

  /**
   * Waits after a failure.
   *
   * @param what was asked for, in the error
   * @throws OcelliException when trying again is of no use, or was enough
   */
  void pause(String what, IOException e) {
    failures++;
    Duration asked = null;
    if (e instanceof Http.Refused refused) {
      if (!passing(refused.status())) {
        throw refused(what, refused);
      }
      asked = refused.retryAfter();
    }
    int most =
        e instanceof ConnectException
            ? Math.min(CONNECT_ATTEMPTS, patience.attempts())
            : patience.attempts();
    if (e instanceof Http.Hopeless
        || e instanceof SSLException
        || failures >= most
        || Thread.currentThread().isInterrupted()) {
      throw new OcelliException(
          Kind.RESOURCE,
          "%s: %s; check the connection and the proxy, then try again: what is there is kept"
              .formatted(what, reason(e)),
          e);
    }
    Duration wait = patience.pause().multipliedBy(1L << Math.min(20, failures - 1));
    if (asked != null && asked.compareTo(wait) > 0) {
      wait = asked;
      if (asked.compareTo(patience.longestPause()) > 0) {
        throw new OcelliException(
            Kind.RESOURCE,
            "%s: the server asks to wait %d s; try again then: what is there is kept"
                .formatted(what, asked.toSeconds()),
            e);
      }
    }
    if (wait.compareTo(patience.longestPause()) > 0) {
      wait = patience.longestPause();
    }
    try {
      Thread.sleep(wait);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new OcelliException(Kind.RESOURCE, what + ": interrupted; what is there is kept", e);
    }
  }

  /** Whether the same request may succeed later. */
  private static boolean passing(int status) {
    return status == 408 || status == 425 || status == 429 || status >= 500 && status != 501;
  }

  private static OcelliException refused(String what, Http.Refused e) {
    String remedy =
        switch (e.status()) {
          case 401, 403 ->
              "it does not exist, is private, or asks for its licence to be accepted: check the name, accept the licence on its page, and set HF_TOKEN or MODELSCOPE_API_TOKEN";
          case 404, 410 -> "check the name and the revision";
          default -> "try again later, or another mirror";
        };
    return new OcelliException(Kind.MODEL, "%s: %s; %s".formatted(what, e.getMessage(), remedy), e);
  }

  private static String reason(IOException e) {
    @Nullable String message = e.getMessage();
    if (message != null && (e instanceof Http.Refused || e instanceof Http.Hopeless)) {
      return message; // our own words
    }
    return message == null || message.isBlank()
        ? (e instanceof ConnectException ? "nobody answers" : e.getClass().getSimpleName())
        : Printable.of(message);
  }
}
