package dev.ocelli.media.video;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.vision.ClipSource;
import dev.ocelli.engine.vision.FrameStream;
import dev.ocelli.engine.vision.RgbImage;
import dev.ocelli.media.DecodeLimits;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Damaged clips give one line of error or frames of the size that was announced, nothing else: no
 * other exception, and no allocation beyond what the limits allow.
 */
class DamagedClipsFuzzTest {
  private static final VideoFile SMALL =
      new VideoFile(
          null,
          new VideoLimits(
              new DecodeLimits(1 << 20, 1 << 16, 4096),
              100,
              Duration.ofSeconds(1),
              Duration.ofSeconds(1)));

  private static final long MAX_ALLOCATION = 64L << 20;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Three lossless frames of 16 x 16 pixels, the later ones laid over parts of the first. */
  private static final String WEBP =
      "UklGRnoBAABXRUJQVlA4WAoAAAACAAAADwAADwAAQU5JTQYAAAD/////AQBBTk1GdgAAAAAAAAAAAA8AAA8A"
          + "APQBAAJWUDhMXQAAAC8PwAMAcBBJkhSlM6zgDCs4K/7vTgCCtm1jJhvTn+nPJAbZRiram7zamzza+j8QgEhE"
          + "KURKpVRVB4qolIiTpE5EdukSnqhu4P/JmDk9HY1MLk0aZHPz02vfu32tAABBTk1GZAAAAAAAAAYAAA8AAAIA"
          + "APQBAABWUDhMTAAAAC8PgAAAf2CQbaSU5N/01d5sGgQCFPk/iiuWRJBts/lTneQom/8IMhNQD0qW4ZXhtfFU"
          + "eW6gYBYAGqP+KPryyCCxBCY2hYj+h67Gwh9BTk1GZAAAAAAAAAYAAA8AAAIAAPQBAABWUDhMTAAAAC8PgAAA"
          + "f0AQQNL+UK8ySRoE2TabP9VJjjKDbCOlJP+mr/Zmm/+AGmEo8FLY8mTxbHnUPMZRYBYAGqP+KPryyCCxBCY2"
          + "hYj+R6irsR8=";

  private static final Map<String, byte[]> CLIPS = clips();

  private static Map<String, byte[]> clips() {
    List<RgbImage> frames = Drawn.frames(3, 16, 16);
    try {
      return Map.of(
          "gif",
          Drawn.gif(frames, 50),
          "avi",
          Drawn.avi(
              List.of(Drawn.jpeg(frames.get(0)), new byte[0], Drawn.jpeg(frames.get(2))),
              "MJPG",
              2,
              1),
          "webp",
          Base64.getDecoder().decode(WEBP));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The frames, none for a refusal. */
  private static List<RgbImage> decode(byte[] bytes) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    try {
      ClipSource clip = SMALL.of(bytes, "clip");
      int n = Math.min(clip.frameCount(), 4);
      List<RgbImage> out = new ArrayList<>();
      int[] indices = new int[n];
      Arrays.setAll(indices, i -> i);
      try (FrameStream frames = clip.open(indices)) {
        for (int i = 0; i < n; i++) {
          RgbImage frame = frames.next();
          out.add(frame);
          assertThat(frame.width()).isEqualTo(clip.size().width());
          assertThat(frame.height()).isEqualTo(clip.size().height());
          assertThat(clip.seconds(i)).isBetween(0.0, 1e7);
        }
      }
      return out;
    } catch (OcelliException e) {
      assertThat(e.kind()).isEqualTo(OcelliException.Kind.INPUT);
      assertThat(e).hasMessageStartingWith("clip: ");
      assertThat(e.getMessage()).hasLineCount(1);
      return List.of();
    } finally {
      assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(MAX_ALLOCATION);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gif", "avi", "webp"})
  void cutOffAtEveryByte(String name) {
    byte[] whole = Objects.requireNonNull(CLIPS.get(name));
    List<RgbImage> expected = decode(whole);
    assertThat(expected).hasSize(3);
    for (int length = 0; length < whole.length; length++) {
      List<RgbImage> cut = decode(Arrays.copyOf(whole, length));
      for (int i = 0; i < cut.size(); i++) {
        assertThat(cut.get(i).rgb()).as("cut off at %d", length).isEqualTo(expected.get(i).rgb());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gif", "avi", "webp"})
  void changedBytes(String name) {
    byte[] whole = Objects.requireNonNull(CLIPS.get(name));
    SplittableRandom random = new SplittableRandom(6);
    for (int i = 0; i < 3000; i++) {
      byte[] changed = whole.clone();
      int n = 1 + random.nextInt(4);
      for (int k = 0; k < n; k++) {
        // Headers are where sizes and counts are.
        int most = random.nextBoolean() ? Math.min(400, whole.length) : whole.length;
        changed[random.nextInt(most)] = (byte) (random.nextBoolean() ? 0xFF : random.nextInt(256));
      }
      decode(changed);
    }
  }
}
