package dev.ocelli.hub;

import java.net.Authenticator;
import java.net.ProxySelector;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How hubs are reached.
 *
 * @param huggingFace address and token of Hugging Face or a mirror of it
 * @param modelScope address and token of ModelScope
 * @param offline whether nothing may be asked over the network
 * @param transport how bytes are fetched
 */
public record HubSettings(
    Endpoint huggingFace, Endpoint modelScope, boolean offline, Transport transport) {

  /** The public hubs. */
  public static final HubSettings DEFAULT =
      new HubSettings(
          new Endpoint(URI.create("https://huggingface.co"), null),
          new Endpoint(URI.create("https://modelscope.cn"), null),
          false,
          Transport.DEFAULT);

  /**
   * A hub.
   *
   * @param base address without a slash at its end
   * @param token sent to this host alone; null where none is needed
   */
  public record Endpoint(URI base, @Nullable String token) {
    /** Without the token, which belongs into no report. */
    @Override
    public String toString() {
      return base + (token == null ? "" : " (with a token)");
    }
  }

  /**
   * How bytes are fetched.
   *
   * @param proxy chooses a proxy by address; null goes directly
   * @param login gives the proxy's password; null where it needs none
   * @param connections files' parts that are fetched at once
   * @param segment bytes of a part of a file
   * @param patience when to give up
   */
  public record Transport(
      @Nullable ProxySelector proxy,
      @Nullable Authenticator login,
      int connections,
      long segment,
      Patience patience) {
    /** Directly, four parts of 32 MiB at once. */
    public static final Transport DEFAULT =
        new Transport(null, null, 4, 32L << 20, Patience.DEFAULT);
  }

  /**
   * When to try again, and when to give up.
   *
   * @param connect longest wait for a connection
   * @param stall longest wait for the next byte
   * @param attempts tries in a row that bring nothing
   * @param pause wait before the second try; it doubles with every further one
   * @param longestPause most that a single wait may take, also when a server asks for more
   */
  public record Patience(
      Duration connect, Duration stall, int attempts, Duration pause, Duration longestPause) {
    /** Gives up after about two minutes without a byte. */
    public static final Patience DEFAULT =
        new Patience(
            Duration.ofSeconds(20),
            Duration.ofSeconds(60),
            7,
            Duration.ofSeconds(1),
            Duration.ofMinutes(5));
  }
}
