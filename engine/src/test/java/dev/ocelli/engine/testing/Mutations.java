package dev.ocelli.engine.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import dev.ocelli.engine.OcelliException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;

/** Damages small valid files in seeded ways and checks how a reader takes it. */
public final class Mutations {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final long[] NASTY = {
    0,
    1,
    -1,
    2,
    7,
    31,
    33,
    127,
    128,
    255,
    256,
    65_535,
    65_536,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    1L << 31,
    1L << 32,
    1L << 40,
    1L << 62,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };

  private Mutations() {}

  /** How many files of a run were refused, and how many could still be read. */
  public record Outcome(int refused, int read) {}

  /**
   * Gives damaged copies to a reader: it must read them or throw a one-line {@link OcelliException}
   * of kind MODEL, and must not allocate more than so many bytes a file.
   */
  public static Outcome run(
      byte[] valid, long seed, int rounds, long allocationLimit, Consumer<byte[]> reader) {
    Random random = new Random(seed);
    int refused = 0;
    int read = 0;
    reader.accept(valid);
    for (int round = 0; round < rounds; round++) {
      byte[] damaged = damage(valid, valid.length, random);
      long before = THREADS.getCurrentThreadAllocatedBytes();
      try {
        reader.accept(damaged);
        read++;
      } catch (OcelliException e) {
        refused++;
        assertThat(e.kind()).isEqualTo(OcelliException.Kind.MODEL);
        assertThat(String.valueOf(e.getMessage()).lines()).hasSize(1);
      } catch (RuntimeException | Error e) {
        fail("seed " + seed + ", round " + round + ": " + e, e);
      }
      long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
      assertThat(allocated)
          .as("bytes allocated, seed %d, round %d", seed, round)
          .isLessThan(allocationLimit);
    }
    return new Outcome(refused, read);
  }

  /**
   * A damaged copy.
   *
   * @param region damage begins in the first so many bytes
   */
  public static byte[] damage(byte[] valid, int region, Random random) {
    byte[] b = valid.clone();
    int times = 1 + random.nextInt(3);
    for (int i = 0; i < times && b.length > 0; i++) {
      int at = random.nextInt(Math.min(region, b.length));
      switch (random.nextInt(7)) {
        case 0 -> b[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> b[at] = (byte) random.nextInt(256);
        case 2 -> put(b, at, NASTY[random.nextInt(NASTY.length)], 8);
        case 3 -> put(b, at, NASTY[random.nextInt(NASTY.length)], 4);
        case 4 -> b = Arrays.copyOf(b, at);
        case 5 -> {
          int to = random.nextInt(b.length);
          int n = random.nextInt(1 + b.length - Math.max(at, to));
          System.arraycopy(b.clone(), at, b, to, n);
        }
        default -> {
          // Remove some bytes in the middle.
          int n = random.nextInt(Math.min(64, b.length - at) + 1);
          byte[] shorter = Arrays.copyOf(b, b.length - n);
          System.arraycopy(b, at + n, shorter, at, b.length - at - n);
          b = shorter;
        }
      }
    }
    return b;
  }

  private static void put(byte[] b, int at, long value, int bytes) {
    for (int i = 0; i < bytes && at + i < b.length; i++) {
      b[at + i] = (byte) (value >> 8 * i);
    }
  }
}
