package dev.ocelli.engine.vision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.kernels.Workers;
import dev.ocelli.engine.testing.Pictures;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Resized pictures, bit for bit. */
class ResamplerGoldenTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a_160x96_to_64x96",
        "c_128x128_to_96x64",
        "f_100x75_to_128x96",
        "g_301x199_to_288x192",
        "i_40x30_to_128x96",
        "j_1000x20_to_1024x32"
      })
  void equalsBothLibraries(String name) {
    String[] parts = name.split("_to_");
    RgbImage source = Pictures.resource("/reference/golden/images/" + parts[0] + ".png");
    for (Resampler.Precision precision : Resampler.Precision.values()) {
      String library = precision.name().toLowerCase(java.util.Locale.ROOT);
      RgbImage expected =
          Pictures.resource("/reference/preprocess/resize/" + name + "_" + library + ".png");
      RgbImage actual =
          Resampler.resize(
              source, expected.width(), expected.height(), precision, Workers.single());
      assertThat(actual.rgb()).as(library).isEqualTo(expected.rgb());
    }
  }

  @Test
  void precisionsDifferWhereTheReferenceSaysSo() {
    RgbImage source = Pictures.resource("/reference/golden/images/h_720x480.png");
    byte[] a = resize(source, 608, 416, Resampler.Precision.TORCHVISION, Workers.single());
    byte[] b = resize(source, 608, 416, Resampler.Precision.PILLOW, Workers.single());
    int differing = 0;
    for (int i = 0; i < a.length; i++) {
      differing += a[i] == b[i] ? 0 : 1;
    }
    // The share that resize/index.json states for this picture.
    assertThat(differing / (double) a.length).isEqualTo(0.0013772035256410257);
  }

  @Test
  void threadsDoNotChangeTheResult() {
    SplittableRandom random = new SplittableRandom(5);
    try (Workers team = new Team(3)) {
      for (int k = 0; k < 25; k++) {
        RgbImage source = noise(random, 1 + random.nextInt(700), 1 + random.nextInt(150));
        int width = 1 + random.nextInt(300);
        int height = 1 + random.nextInt(300);
        for (Resampler.Precision precision : Resampler.Precision.values()) {
          assertThat(resize(source, width, height, precision, team))
              .isEqualTo(resize(source, width, height, precision, Workers.single()));
        }
      }
    }
  }

  @Test
  void equalsTheDefinitionPixelByPixel() {
    SplittableRandom random = new SplittableRandom(6);
    for (int k = 0; k < 30; k++) {
      RgbImage source = noise(random, 1 + random.nextInt(900), 1 + random.nextInt(90));
      int width = 1 + random.nextInt(120);
      int height = 1 + random.nextInt(120);
      for (Resampler.Precision precision : Resampler.Precision.values()) {
        byte[] rows = plain(source.rgb(), source.width(), 3, source.height(), width, precision);
        byte[] expected = plain(rows, source.height(), 3 * width, 1, height, precision);
        assertThat(resize(source, width, height, precision, Workers.single())).isEqualTo(expected);
      }
    }
  }

  @Test
  void flatPicturesStayFlat() {
    for (int value : new int[] {0, 1, 127, 254, 255}) {
      byte[] rgb = new byte[97 * 61 * 3];
      java.util.Arrays.fill(rgb, (byte) value);
      for (Resampler.Precision precision : Resampler.Precision.values()) {
        byte[] out = resize(new RgbImage(97, 61, rgb), 32, 160, precision, Workers.single());
        assertThat(out).containsOnly((byte) value);
      }
    }
  }

  @Test
  void extremeReductionsDoNotOverflow() {
    byte[] rgb = new byte[60_000 * 3];
    java.util.Arrays.fill(rgb, (byte) 255);
    for (Resampler.Precision precision : Resampler.Precision.values()) {
      byte[] out = resize(new RgbImage(60_000, 1, rgb), 3, 1, precision, Workers.single());
      assertThat(out).containsOnly((byte) 255);
    }
  }

  /** The definition in long arithmetic along one axis of data {@code [outer, in, inner]}. */
  private static byte[] plain(
      byte[] data, int in, int inner, int outer, int out, Resampler.Precision precision) {
    if (in == out) {
      return data;
    }
    AxisWeights axis = AxisWeights.of(in, out, precision);
    byte[] result = new byte[outer * out * inner];
    for (int o = 0; o < outer; o++) {
      for (int i = 0; i < out; i++) {
        for (int k = 0; k < inner; k++) {
          long sum = 1L << (axis.bits() - 1);
          for (int j = 0; j < axis.count()[i]; j++) {
            int pixel = data[(o * in + axis.first()[i] + j) * inner + k] & 0xFF;
            sum += (long) axis.weights()[i * axis.taps() + j] * pixel;
          }
          result[(o * out + i) * inner + k] = (byte) Math.max(0, Math.min(255, sum >> axis.bits()));
        }
      }
    }
    return result;
  }

  private static byte[] resize(
      RgbImage source, int width, int height, Resampler.Precision precision, Workers workers) {
    return Resampler.resize(source, width, height, precision, workers).rgb();
  }

  private static RgbImage noise(SplittableRandom random, int width, int height) {
    byte[] rgb = new byte[width * height * 3];
    random.nextBytes(rgb);
    return new RgbImage(width, height, rgb);
  }
}
