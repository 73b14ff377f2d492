package dev.ocelli.server.access;

/**
 * Who asks.
 *
 * @param name of the key; empty without one
 * @param group requests of one group take turns with those of others: the key, or the address
 * @param meter counts requests and tokens
 */
public record Caller(String name, String group, Meter meter) {
  /** Somebody without a key. */
  public static Caller anonymous(String address) {
    return new Caller("", address, Meter.UNLIMITED);
  }

  /** What is cached for one tenant is not used for another: the key's name. */
  public String tenant() {
    return name;
  }

  /**
   * The salt of a request's caches: the tenant's, and within it the request's own. Names have no
   * spaces, so that no two tenants have the same salts.
   *
   * @param own what the request says; empty for nothing
   */
  public String salt(String own) {
    return own.isEmpty() ? tenant() : tenant() + " " + own;
  }
}
