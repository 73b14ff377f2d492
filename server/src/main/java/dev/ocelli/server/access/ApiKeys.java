package dev.ocelli.server.access;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The keys that open the server. Only their SHA-256 is kept.
 *
 * <p>A file of keys has one a line: the key itself, or {@code NAME sha256:HEX} followed by limits
 * such as {@code requests/minute=60}, {@code tokens/minute=20000}, {@code tokens/day=1000000}.
 * Empty lines and lines that begin with {@code #} say nothing.
 */
public final class ApiKeys {
  private static final String HASH = "sha256:";

  /** No keys: everybody may ask. */
  public static final ApiKeys NONE = new ApiKeys(List.of());

  private final List<Key> keys;

  private static final class Key {
    final byte[] hash;
    final Caller caller;

    Key(String name, byte[] hash, Quota quota) {
      this.hash = hash;
      this.caller = new Caller(name, "key " + name, new Meter(quota, System::nanoTime));
    }
  }

  private ApiKeys(List<Key> keys) {
    this.keys = List.copyOf(keys);
  }

  /** Keys as they are, named {@code key1}, {@code key2}, and so on. */
  public static ApiKeys of(List<String> secrets) {
    List<Key> keys = new ArrayList<>();
    for (String secret : secrets) {
      keys.add(new Key("key" + (keys.size() + 1), sha256(secret), Quota.NONE));
    }
    return new ApiKeys(keys);
  }

  /**
   * Reads a file's text.
   *
   * @param origin the file, for errors
   * @throws OcelliException USAGE when a line is not understood
   */
  public static ApiKeys parse(String text, String origin) {
    List<Key> keys = new ArrayList<>();
    Set<String> names = new HashSet<>();
    int number = 0;
    for (String raw : text.lines().toList()) {
      number++;
      String line = raw.strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      String where = origin + ", line " + number;
      String[] words = line.split("\\s+");
      Key key =
          words.length == 1 && !words[0].startsWith(HASH)
              ? new Key("key" + number, sha256(words[0]), Quota.NONE)
              : named(words, where);
      if (!names.add(key.caller.name())) {
        throw wrong(
            where,
            "names '%s' again; give each key a name of its own".formatted(key.caller.name()));
      }
      keys.add(key);
    }
    if (keys.isEmpty()) {
      throw wrong(origin, "has no keys; write one a line");
    }
    return new ApiKeys(keys);
  }

  private static Key named(String[] words, String where) {
    if (words.length < 2 || !words[1].startsWith(HASH)) {
      throw wrong(
          where, "is not 'NAME sha256:HEX [requests/minute=N] [tokens/minute=N] [tokens/day=N]'");
    }
    byte[] hash;
    try {
      hash = HexFormat.of().parseHex(words[1].substring(HASH.length()));
    } catch (IllegalArgumentException e) {
      hash = new byte[0];
    }
    if (hash.length != 32) {
      throw wrong(
          where,
          "has no SHA-256 of 64 hexadecimal digits; make it with: printf %s KEY | sha256sum");
    }
    long requests = 0;
    long minute = 0;
    long day = 0;
    for (int i = 2; i < words.length; i++) {
      int equals = words[i].indexOf('=');
      String value = words[i].substring(equals + 1);
      if (equals < 0 || !value.matches("[1-9]\\d{0,15}")) {
        throw wrong(where, "'%s' is not a limit such as tokens/minute=20000".formatted(words[i]));
      }
      long n = Long.parseLong(value);
      switch (words[i].substring(0, equals)) {
        case "requests/minute" -> requests = n;
        case "tokens/minute" -> minute = n;
        case "tokens/day" -> day = n;
        default ->
            throw wrong(
                where,
                "'%s' is not known; limits are requests/minute, tokens/minute and tokens/day"
                    .formatted(words[i]));
      }
    }
    return new Key(words[0], hash, new Quota(requests, minute, day));
  }

  private static OcelliException wrong(String where, String what) {
    return new OcelliException(Kind.USAGE, where + ": " + what);
  }

  /** These keys and others. */
  public ApiKeys and(ApiKeys others) {
    List<Key> all = new ArrayList<>(keys);
    all.addAll(others.keys);
    return new ApiKeys(all);
  }

  /** Whether a key is needed. */
  public boolean required() {
    return !keys.isEmpty();
  }

  /** Whose key it is, or null. Takes the same time whichever it is. */
  public @Nullable Caller find(String secret) {
    byte[] hash = sha256(secret);
    Caller found = null;
    for (Key k : keys) {
      if (MessageDigest.isEqual(k.hash, hash)) {
        found = k.caller;
      }
    }
    return found;
  }

  /** Who has the key of a name, or null when there is none any more. */
  public @Nullable Caller named(String name) {
    return keys.stream()
        .map(k -> k.caller)
        .filter(c -> c.name().equals(name))
        .findFirst()
        .orElse(null);
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
