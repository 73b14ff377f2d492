package dev.ocelli.engine.cache;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * SHA-256 over values in a row. Whatever can have several lengths is preceded by its length, so
 * that different values never give the same bytes.
 */
public final class Hasher {
  private final MessageDigest digest;
  private final ByteBuffer number = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);

  private Hasher(MessageDigest digest) {
    this.digest = digest;
  }

  /**
   * Begins.
   *
   * @param purpose tells hashes of different things apart
   */
  public static Hasher of(String purpose) {
    try {
      return new Hasher(MessageDigest.getInstance("SHA-256")).text(purpose);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Adds words. */
  public Hasher text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    number(bytes.length);
    digest.update(bytes);
    return this;
  }

  /** Adds a number. */
  public Hasher number(long value) {
    digest.update(number.clear().putLong(0, value).limit(8));
    return this;
  }

  /** Adds the bits of a number. */
  public Hasher number(double value) {
    return number(Double.doubleToRawLongBits(value));
  }

  /** Adds numbers from (inclusive) to (exclusive). */
  public Hasher numbers(int[] values, int from, int to) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * (to - from)).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(values, from, to - from);
    number(to - from);
    digest.update(bytes);
    return this;
  }

  /** Adds all numbers. */
  public Hasher numbers(int[] values) {
    return numbers(values, 0, values.length);
  }

  /** Adds the bits of all numbers. */
  public Hasher numbers(float[] values) {
    number(values.length);
    for (float v : values) {
      number(v);
    }
    return this;
  }

  /** Adds memory, less than 2 GiB. */
  public Hasher bytes(MemorySegment memory) {
    number(memory.byteSize());
    digest.update(memory.asByteBuffer());
    return this;
  }

  /** The hash as 64 hexadecimal digits; nothing can be added afterwards. */
  public String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
