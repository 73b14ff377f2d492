package dev.ocelli.media;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.vision.RgbImage;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Damaged files give one line of error or a picture, nothing else: no other exception, no output,
 * no allocation beyond what the limits allow.
 */
class DamagedPicturesFuzzTest {
  private static final DecodeOptions SMALL =
      new DecodeOptions(new DecodeLimits(1 << 20, 1 << 18, 4096), AlphaMode.DROP);
  private static final DecodeOptions SMALL_ON_WHITE =
      new DecodeOptions(SMALL.limits(), AlphaMode.WHITE);

  /** Decoders' own tables and copies come on top of about 10 bytes for each of 2^18 pixels. */
  private static final long MAX_ALLOCATION = 48L << 20;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final PrintStream out = System.out;
  private final PrintStream err = System.err;
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  @BeforeEach
  void capture() {
    PrintStream stream = new PrintStream(printed, true, StandardCharsets.UTF_8);
    System.setOut(stream);
    System.setErr(stream);
  }

  @AfterEach
  void nothingIsPrinted() {
    System.setOut(out);
    System.setErr(err);
    assertThat(printed.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  static List<Fixtures.Entry> samples() {
    return Fixtures.all();
  }

  /** A cut-off file never gives other pixels than the whole one. */
  @ParameterizedTest
  @MethodSource("samples")
  void cutOffAtEveryByte(Fixtures.Entry entry) {
    byte[] whole = Fixtures.bytes(entry.file());
    byte[] expected = Fixtures.bytes(entry.file() + ".rgb");
    int refused = 0;
    int step = Math.max(1, whole.length / 80);
    for (int length = whole.length - 1; length >= 0; length -= step) {
      RgbImage image = decode(Arrays.copyOf(whole, length), SMALL);
      if (image == null) {
        refused++;
      } else {
        assertThat(image.rgb()).as("cut off at %d", length).isEqualTo(expected);
      }
    }
    assertThat(refused).isGreaterThan(whole.length / step / 3);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void changedBytes(Fixtures.Entry entry) {
    byte[] whole = Fixtures.bytes(entry.file());
    SplittableRandom random = new SplittableRandom(entry.file().hashCode());
    for (int k = 0; k < 70; k++) {
      byte[] changed = whole.clone();
      int changes = 1 + random.nextInt(4);
      for (int c = 0; c < changes; c++) {
        // Headers hold what decoders believe: hit them as often as the rest.
        int range = random.nextBoolean() ? Math.min(64, changed.length) : changed.length;
        int at = random.nextInt(range);
        changed[at] =
            switch (random.nextInt(4)) {
              case 0 -> (byte) random.nextInt(256);
              case 1 -> (byte) (changed[at] ^ 1 << random.nextInt(8));
              case 2 -> (byte) 0xFF;
              default -> 0;
            };
      }
      if (entry.header().format() == PictureFormat.PNG) {
        PngChecksums.repair(changed);
      }
      decode(changed, random.nextBoolean() ? SMALL : SMALL_ON_WHITE);
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  void movedBytes(Fixtures.Entry entry) {
    byte[] whole = Fixtures.bytes(entry.file());
    SplittableRandom random = new SplittableRandom(entry.file().hashCode() + 1L);
    for (int k = 0; k < 25; k++) {
      int from = random.nextInt(whole.length);
      int to = random.nextInt(whole.length);
      int length = random.nextInt(1 + Math.min(40, whole.length - Math.max(from, to)));
      byte[] changed = whole.clone();
      System.arraycopy(whole, from, changed, to, length);
      if (random.nextInt(3) == 0) {
        changed = Arrays.copyOf(changed, Math.max(1, changed.length - length));
      }
      decode(changed, SMALL);
    }
  }

  /** Decodes; null if the picture is refused as it should be. */
  private static @Nullable RgbImage decode(byte[] data, DecodeOptions options) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    RgbImage image = null;
    try {
      image = ImageDecoder.decode(data, "picture", options);
      ImageHeader header = ImageDecoder.readHeader(data, "picture", options.limits());
      assertThat(image.width()).isEqualTo(header.size().width());
      assertThat(image.height()).isEqualTo(header.size().height());
    } catch (OcelliException e) {
      assertThat(e.kind()).isEqualTo(OcelliException.Kind.INPUT);
      assertThat(e.getMessage()).startsWith("picture: ").doesNotContain("\n").doesNotContain("\r");
    }
    assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(MAX_ALLOCATION);
    return image;
  }
}
