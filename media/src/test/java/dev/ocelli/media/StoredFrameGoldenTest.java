package dev.ocelli.media;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.grounding.Shape;
import dev.ocelli.engine.grounding.StoredFrame;
import dev.ocelli.engine.vision.ImageSize;
import dev.ocelli.engine.vision.RgbImage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Boxes are turned as the pixels are that the decoder turns upright. */
class StoredFrameGoldenTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void everyPixelsBoxIsThatPixelsBoxInTheFile(int orientation) {
    int w = 7;
    int h = 4;
    byte[] rgb = new byte[w * h * 3];
    for (int i = 0; i < w * h; i++) {
      rgb[i * 3] = (byte) i;
    }
    RgbImage upright = Orientation.apply(new RgbImage(w, h, rgb), orientation);
    StoredFrame frame = new StoredFrame(new ImageSize(w, h), orientation);
    for (int y = 0; y < upright.height(); y++) {
      for (int x = 0; x < upright.width(); x++) {
        int stored = upright.rgb()[(y * upright.width() + x) * 3];
        Shape.Box inFile = new Shape.Box(stored % w, stored / w, stored % w + 1, stored / w + 1);
        Shape.Box shown = new Shape.Box(x, y, x + 1, y + 1);
        assertThat(frame.stored(shown)).isEqualTo(inFile);
        assertThat(frame.upright(inFile)).isEqualTo(shown);
      }
    }
  }
}
