package dev.ocelli.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.kernels.Workers;
import dev.ocelli.engine.model.ModelFiles;
import dev.ocelli.engine.model.ModelLoader;
import dev.ocelli.engine.model.VisionEmbedding;
import dev.ocelli.engine.tensor.Floats;
import dev.ocelli.engine.testing.TinyModels;
import dev.ocelli.engine.vision.ClipSource;
import dev.ocelli.engine.vision.FrameStream;
import dev.ocelli.engine.vision.ImageSize;
import dev.ocelli.engine.vision.PatchSpec;
import dev.ocelli.engine.vision.Preprocessor;
import dev.ocelli.engine.vision.RgbImage;
import dev.ocelli.engine.vision.VideoOptions;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Clips are decoded ahead, a few frames at most, and encoded part by part with the same bits. */
class ClipContractTest {
  private static Engine engine;
  private static PatchSpec spec;

  @BeforeAll
  static void open() {
    ModelFiles files = TinyModels.dense();
    spec = files.pictures().spec();
    engine =
        Engine.open(
            files,
            EngineOptions.DEFAULT.withThreads(2, 2).withContextLength(400),
            ModelLoader.Progress.NONE);
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  /** Frames of noise; counts those that are decoded. */
  private record Noise(int frameCount, AtomicInteger decoded, int damaged) implements ClipSource {
    @Override
    public String name() {
      return "noise";
    }

    @Override
    public ImageSize size() {
      return new ImageSize(70, 50);
    }

    @Override
    public double fps() {
      return 2;
    }

    @Override
    public String identity(int[] indices) {
      return "/noise" + Arrays.toString(indices);
    }

    @Override
    public FrameStream open(int[] indices) {
      return new FrameStream() {
        private int next;

        @Override
        public RgbImage next() {
          decoded.incrementAndGet();
          if (indices[next] == damaged) {
            throw new OcelliException(OcelliException.Kind.INPUT, "noise: damaged");
          }
          byte[] rgb = new byte[70 * 50 * 3];
          new SplittableRandom(indices[next++]).nextBytes(rgb);
          return new RgbImage(70, 50, rgb);
        }

        @Override
        public void close() {}
      };
    }
  }

  private static PlannedMedia.Clip plan(int frames, AtomicInteger decoded, int damaged) {
    return (PlannedMedia.Clip)
        engine.plan(new Media.Clip(new Noise(frames, decoded, damaged), VideoOptions.FRAME_LIST));
  }

  private static VisionEmbedding encode(PlannedMedia.Clip clip, int groupPatches) {
    Encoder encoder =
        new Encoder(
            engine,
            new Preprocessor(spec, Workers.single()),
            new VisionCache(0, null, "", null),
            groupPatches);
    return encoder.encode(clip, "key", new Stopwatch(), ReplyListener.NONE, () -> {}).embedding();
  }

  private static void assertSame(Floats a, Floats b) {
    assertThat(a.toArray()).isEqualTo(b.toArray());
  }

  @Test
  void partsGiveTheBitsOfTheWhole() {
    for (int frames : new int[] {2, 9, 12}) {
      PlannedMedia.Clip clip = plan(frames, new AtomicInteger(), -1);
      VisionEmbedding whole = encode(clip, Integer.MAX_VALUE);
      assertThat(whole.merged().rows()).isEqualTo(clip.tokens());
      int perPair = clip.grid().h() * clip.grid().w();
      for (int patches : new int[] {1, perPair, 2 * perPair, 4 * perPair + 1}) {
        VisionEmbedding parts = encode(clip, patches);
        assertSame(parts.merged(), whole.merged());
        for (int j = 0; j < whole.deepstack().length; j++) {
          assertSame(parts.deepstack()[j], whole.deepstack()[j]);
        }
      }
    }
  }

  @Test
  void fewFramesAreDecodedAhead() throws InterruptedException {
    AtomicInteger decoded = new AtomicInteger();
    try (FramesAhead frames = new FramesAhead(plan(40, decoded, -1))) {
      frames.next(() -> {});
      Thread.sleep(100);
      assertThat(decoded.get()).isLessThanOrEqualTo(1 + FramesAhead.MOST);
    }
  }

  @Test
  void whatIsWrongWithAFrameIsToldToWhoAsksForIt() {
    PlannedMedia.Clip clip = plan(8, new AtomicInteger(), 5);
    assertThatThrownBy(() -> encode(clip, 1))
        .isInstanceOf(OcelliException.class)
        .hasMessage("noise: damaged");
  }

  @Test
  void whoNoLongerWaitsIsLetGo() {
    PlannedMedia.Clip clip = plan(8, new AtomicInteger(), -1);
    try (FramesAhead frames = new FramesAhead(clip)) {
      assertThatThrownBy(() ->
              frames.next(() -> {
                throw new IllegalStateException("cancelled");
              }))
          .hasMessage("cancelled");
    }
  }
}
