package dev.ocelli.server.access;

/**
 * What a key may ask for; 0 is no limit.
 *
 * @param requestsPerMinute requests
 * @param tokensPerMinute tokens of prompts and replies; tokens that came from a cache count as well
 * @param tokensPerDay the same over a day
 */
public record Quota(long requestsPerMinute, long tokensPerMinute, long tokensPerDay) {
  /** No limits. */
  public static final Quota NONE = new Quota(0, 0, 0);
}
