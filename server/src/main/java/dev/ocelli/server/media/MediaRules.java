package dev.ocelli.server.media;

import dev.ocelli.media.DecodeLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where pictures of requests may come from.
 *
 * @param folder pictures below it may be named by {@code file://}; null for none
 * @param domains hosts that pictures may be downloaded from: {@code example.org} with all hosts
 *     below it, {@code *} for every host of the public internet; empty for no downloads
 * @param downloadBytes most bytes of a download
 * @param downloadTime longest time that a download may take, redirects included
 * @param limits what a picture may cost
 * @param images defaults for pictures that a request says nothing about
 */
public record MediaRules(
    @Nullable Path folder,
    List<String> domains,
    long downloadBytes,
    Duration downloadTime,
    DecodeLimits limits,
    TokenRange images) {

  /** Tokens of a picture, 0 for the model's own limit. */
  public record TokenRange(int min, int max) {}

  /** Pictures come with requests alone. */
  public static final MediaRules DEFAULT =
      new MediaRules(
          null,
          List.of(),
          20L << 20,
          Duration.ofSeconds(20),
          DecodeLimits.DEFAULT,
          new TokenRange(0, 0));
}
