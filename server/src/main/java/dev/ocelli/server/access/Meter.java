package dev.ocelli.server.access;

import dev.ocelli.server.wire.ApiError;
import java.util.function.LongSupplier;

/**
 * Counts what a key uses. Each limit is a bucket that fills evenly and holds what its whole time
 * allows. Tokens are known only after a reply, so a bucket may fall below zero; the next request
 * waits until it is above again.
 */
public final class Meter {
  /** Counts nothing. */
  public static final Meter UNLIMITED = new Meter(Quota.NONE, () -> 0);

  private static final double SECOND = 1e9;

  private final Bucket requests;
  private final Bucket minute;
  private final Bucket day;

  private static final class Bucket {
    final long size;
    final double perSecond;
    double level;
    long at;

    Bucket(long size, int seconds, long now) {
      this.size = size;
      this.perSecond = (double) size / seconds;
      this.level = size;
      this.at = now;
    }

    void fill(long now) {
      level = Math.min(size, level + (now - at) / SECOND * perSecond);
      at = now;
    }

    /** Seconds until there is so much; 0 when there is. */
    int secondsUntil(double amount) {
      return size == 0 || level >= amount ? 0 : (int) Math.ceil((amount - level) / perSecond);
    }
  }

  private final LongSupplier nanos;

  /**
   * A meter with full buckets.
   *
   * @param nanos the clock
   */
  public Meter(Quota quota, LongSupplier nanos) {
    this.nanos = nanos;
    long now = nanos.getAsLong();
    requests = new Bucket(quota.requestsPerMinute(), 60, now);
    minute = new Bucket(quota.tokensPerMinute(), 60, now);
    day = new Bucket(quota.tokensPerDay(), 24 * 60 * 60, now);
  }

  /**
   * Counts a request.
   *
   * @throws ApiError 429 with the time to wait
   */
  public synchronized void request() {
    long now = nanos.getAsLong();
    requests.fill(now);
    minute.fill(now);
    day.fill(now);
    refuse("%d requests a minute", requests, 1);
    refuse("%d tokens a minute", minute, 1);
    refuse("%d tokens a day", day, 1);
    if (requests.size > 0) {
      requests.level--;
    }
  }

  private static void refuse(String limit, Bucket bucket, int amount) {
    int wait = bucket.secondsUntil(amount);
    if (wait > 0) {
      throw new ApiError(
              ApiError.Kind.TOO_MANY,
              "this key is limited to %s; try again in %d s"
                  .formatted(limit.formatted(bucket.size), wait))
          .code("rate_limit_exceeded")
          .retryAfter(wait);
    }
  }

  /** Counts tokens of a prompt and its reply. */
  public synchronized void tokens(long n) {
    minute.level -= minute.size > 0 ? n : 0;
    day.level -= day.size > 0 ? n : 0;
  }
}
