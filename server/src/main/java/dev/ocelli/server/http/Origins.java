package dev.ocelli.server.http;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Web pages that may use the server from a browser. Pages of this machine always may; others are
 * named, or all with {@code *}. A request of another page is refused, not merely unreadable for it:
 * to generate costs time even if the answer is thrown away.
 */
public record Origins(List<String> allowed) {
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  /** Whether a page with this origin may ask. */
  boolean allows(String origin) {
    return allowed.contains("*") || allowed.contains(origin) || LOOPBACK.contains(host(origin));
  }

  /**
   * Whether a Host header names this machine: what a browser sends for a foreign name that somebody
   * made point here does not.
   */
  static boolean namesThisMachine(@Nullable String host) {
    return host != null && LOOPBACK.contains(host("http://" + host));
  }

  private static String host(String origin) {
    try {
      String host = URI.create(origin).getHost();
      return host == null ? "" : host.toLowerCase(Locale.ROOT);
    } catch (IllegalArgumentException e) {
      return "";
    }
  }
}
