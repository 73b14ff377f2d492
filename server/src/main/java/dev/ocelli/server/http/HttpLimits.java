package dev.ocelli.server.http;

import java.time.Duration;

/**
 * What a client may ask of the connection.
 *
 * @param bodyBytes most bytes of a request's body
 * @param bodiesBytes most bytes of all bodies that are in memory at once
 * @param headerBytes most bytes of a request's line and headers
 * @param connections most connections at once; others wait
 * @param idle a connection on which nothing arrives and nothing can be sent for so long is closed:
 *     waiting clients, slow bodies, stalled readers
 * @param bytesPerSecond slowest rate at which a body may arrive, on average
 */
public record HttpLimits(
    long bodyBytes,
    long bodiesBytes,
    int headerBytes,
    int connections,
    Duration idle,
    int bytesPerSecond) {

  /** 128 MiB of body, 512 MiB of bodies, 16 KiB of headers, 1024 connections, 60 s. */
  public static final HttpLimits DEFAULT =
      new HttpLimits(128L << 20, 512L << 20, 16 << 10, 1024, Duration.ofSeconds(60), 1024);
}
