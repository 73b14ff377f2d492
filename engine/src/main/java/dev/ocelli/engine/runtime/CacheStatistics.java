package dev.ocelli.engine.runtime;

import dev.ocelli.engine.cache.DiskCache;

/**
 * What an engine's caches hold and how they fared since it was opened.
 *
 * @param prefix keys and values in memory
 * @param vision encoded pictures in memory
 * @param disk the folder; all zero without one
 */
public record CacheStatistics(Tier prefix, Tier vision, DiskCache.Statistics disk) {

  /**
   * A cache in memory. Entries are blocks of 64 tokens, or pictures.
   *
   * @param entries held
   * @param bytes of them
   * @param hits entries found in memory
   * @param diskHits entries found in the folder
   * @param misses entries found in neither: of a prompt, all its blocks behind the first that is
   *     not there
   * @param evictions entries that left to make room
   */
  public record Tier(
      long entries, long bytes, long hits, long diskHits, long misses, long evictions) {}
}
