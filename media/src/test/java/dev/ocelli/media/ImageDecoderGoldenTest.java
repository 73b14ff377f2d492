package dev.ocelli.media;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.vision.ImageSize;
import dev.ocelli.engine.vision.RgbImage;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every fixture's header and pixels equal Pillow's. */
class ImageDecoderGoldenTest {

  static List<Fixtures.Entry> all() {
    return Fixtures.all();
  }

  static List<Fixtures.Entry> transparent() {
    return Fixtures.all().stream()
        .filter(e -> ImageDecoderGoldenTest.class.getResource(white(e)) != null)
        .toList();
  }

  @ParameterizedTest
  @MethodSource("all")
  void pixels(Fixtures.Entry entry) {
    byte[] data = Fixtures.bytes(entry.file());
    assertThat(ImageDecoder.readHeader(data, entry.file(), DecodeLimits.DEFAULT))
        .isEqualTo(entry.header());
    assertThat(entry.header().size()).isEqualTo(new ImageSize(entry.width(), entry.height()));
    RgbImage image = ImageDecoder.decode(data, entry.file(), DecodeOptions.DEFAULT);
    assertThat(new ImageSize(image.width(), image.height())).isEqualTo(entry.header().size());
    assertThat(difference(image.rgb(), Fixtures.bytes(entry.file() + ".rgb"))).isEqualTo("equal");
  }

  @ParameterizedTest
  @MethodSource("transparent")
  void pixelsOnWhite(Fixtures.Entry entry) {
    byte[] data = Fixtures.bytes(entry.file());
    DecodeOptions options = new DecodeOptions(DecodeLimits.DEFAULT, AlphaMode.WHITE);
    RgbImage image = ImageDecoder.decode(data, entry.file(), options);
    assertThat(difference(image.rgb(), Fixtures.bytes(entry.file() + ".white.rgb")))
        .isEqualTo("equal");
  }

  private static String white(Fixtures.Entry entry) {
    return "/pictures/" + entry.file() + ".white.rgb";
  }

  private static String difference(byte[] actual, byte[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    int differing = 0;
    int largest = 0;
    long sum = 0;
    for (int i = 0; i < actual.length; i++) {
      int d = Math.abs((actual[i] & 0xFF) - (expected[i] & 0xFF));
      differing += d > 0 ? 1 : 0;
      largest = Math.max(largest, d);
      sum += d;
    }
    return differing == 0
        ? "equal"
        : String.format(
            "%d of %d values differ, by up to %d, %.3f on average",
            differing, actual.length, largest, sum / (double) actual.length);
  }
}
