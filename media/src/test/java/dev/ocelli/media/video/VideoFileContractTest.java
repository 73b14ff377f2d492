package dev.ocelli.media.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.vision.ClipRange;
import dev.ocelli.engine.vision.ClipSource;
import dev.ocelli.engine.vision.FrameStream;
import dev.ocelli.engine.vision.ImageSize;
import dev.ocelli.engine.vision.RgbImage;
import dev.ocelli.media.DecodeOptions;
import dev.ocelli.media.ImageDecoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Formats that are decoded without ffmpeg. */
class VideoFileContractTest {
  private static final VideoFile ALONE = new VideoFile(null, VideoLimits.DEFAULT);
  private static final RgbImage RED = Drawn.plain(8, 8, 255, 0, 0);
  private static final RgbImage GREEN = Drawn.plain(4, 4, 0, 255, 0);

  @TempDir Path folder;

  static List<RgbImage> decode(ClipSource clip, int... indices) {
    List<RgbImage> out = new ArrayList<>();
    try (FrameStream frames = clip.open(indices)) {
      for (int i = 0; i < indices.length; i++) {
        out.add(frames.next());
      }
    }
    return out;
  }

  static void assertFrames(ClipSource clip, List<RgbImage> expected, int... indices) {
    List<RgbImage> actual = decode(clip, indices);
    for (int i = 0; i < indices.length; i++) {
      assertThat(actual.get(i).rgb())
          .as("frame %d", indices[i])
          .isEqualTo(expected.get(indices[i]).rgb());
    }
  }

  static int[] all(ClipSource clip) {
    return IntStream.range(0, clip.frameCount()).toArray();
  }

  @Test
  void gifHasAllFramesAtTheirTimes() {
    List<RgbImage> frames = Drawn.frames(9, 48, 40);
    ClipSource clip = ALONE.of(Drawn.gif(frames, 50), "a.gif");
    assertThat(clip.size()).isEqualTo(new ImageSize(48, 40));
    assertThat(clip.frameCount()).isEqualTo(9);
    assertThat(clip.fps()).isEqualTo(2);
    assertThat(clip.seconds(3)).isEqualTo(3 / 2.0);
    assertFrames(clip, frames, all(clip));
    assertFrames(clip, frames, 0, 4, 4, 8);
    assertThat(clip.identity(new int[] {0, 1})).isNotEqualTo(clip.identity(new int[] {0, 2}));
  }

  @Test
  void gifFramesAreLaidOverEachOther() {
    ByteBuffer out = Drawn.buffer(4096);
    Drawn.text(out, "GIF89a").putShort((short) 8).putShort((short) 8);
    out.put((byte) 0xF7).put((byte) 0).put((byte) 0);
    Drawn.palette(out);
    Drawn.gifFrame(out, RED, new int[] {0, 0, 1, 10, -1});
    Drawn.gifFrame(out, GREEN, new int[] {4, 4, 3, 20, -1}); // restored to what was before
    Drawn.gifFrame(out, GREEN, new int[] {0, 0, 2, 0, -1}); // cleared to the background, black
    Drawn.gifFrame(out, GREEN, new int[] {6, 6, 1, 30, 12}); // its colour is the transparent one
    ClipSource clip = ALONE.of(Drawn.done(out.put((byte) 0x3B)), "b.gif");
    List<RgbImage> frames = decode(clip, 0, 1, 2, 3);
    assertThat(picture(frames.get(0))).isEqualTo("rrrr/rrrr/rrrr/rrrr");
    assertThat(picture(frames.get(1))).isEqualTo("rrrr/rrrr/rrgg/rrgg");
    assertThat(picture(frames.get(2))).isEqualTo("ggrr/ggrr/rrrr/rrrr");
    assertThat(picture(frames.get(3))).isEqualTo("..rr/..rr/rrrr/rrrr");
    assertThat(IntStream.range(0, 4).mapToDouble(clip::seconds))
        .usingElementComparator((a, b) -> Math.abs(a - b) < 1e-9 ? 0 : 1)
        .containsExactly(0.0, 0.1, 0.3, 0.4);
  }

  /** A letter for every second pixel of every second row. */
  private static String picture(RgbImage image) {
    StringBuilder s = new StringBuilder();
    for (int y = 0; y < image.height(); y += 2) {
      s.append(y == 0 ? "" : "/");
      for (int x = 0; x < image.width(); x += 2) {
        int at = (y * image.width() + x) * 3;
        s.append(image.rgb()[at] != 0 ? 'r' : image.rgb()[at + 1] != 0 ? 'g' : '.');
      }
    }
    return s.toString();
  }

  @Test
  void aviOfJpegs() throws IOException {
    List<RgbImage> frames = Drawn.frames(4, 48, 40);
    List<byte[]> chunks = new ArrayList<>();
    List<RgbImage> expected = new ArrayList<>();
    for (RgbImage f : frames) {
      chunks.add(Drawn.jpeg(f));
      expected.add(ImageDecoder.decode(chunks.getLast(), "jpeg", DecodeOptions.DEFAULT));
    }
    chunks.add(2, new byte[0]);
    expected.add(2, expected.get(1));
    Path file = Files.write(folder.resolve("a.avi"), Drawn.avi(chunks, "MJPG", 30000, 1001));
    assertThat(VideoFile.isVideo(file)).isTrue();
    ClipSource clip = ALONE.open(file);
    assertThat(clip.frameCount()).isEqualTo(5);
    assertThat(clip.fps()).isCloseTo(29.97, org.assertj.core.data.Offset.offset(0.001));
    assertFrames(clip, expected, all(clip));
    assertFrames(clip, expected, 3);
  }

  @Test
  void framesOfOtherSizesAreRefused() throws IOException {
    List<byte[]> chunks = List.of(Drawn.jpeg(RED), Drawn.jpeg(GREEN));
    ClipSource clip = ALONE.of(Drawn.avi(chunks, "MJPG", 2, 1), "b.avi");
    assertThatThrownBy(() -> decode(clip, 0, 1))
        .isInstanceOf(OcelliException.class)
        .hasMessage(
            "b.avi: AVI clip, frame 1: is 4 x 4 pixels, but the first frame is 8 x 8; save the clip anew");
  }

  @Test
  void partsKeepTheirTimes() {
    List<RgbImage> frames = Drawn.frames(9, 16, 16);
    ClipSource whole = ALONE.of(Drawn.gif(frames, 50), "a.gif");
    ClipSource part = ClipRange.of(whole, 1, 3);
    assertThat(part.frameCount()).isEqualTo(4);
    assertThat(part.seconds(0)).isEqualTo(1);
    assertFrames(part, frames.subList(2, 6), 0, 3);
    assertThat(part.identity(new int[] {0})).isEqualTo(whole.identity(new int[] {2}));
    assertThat(ClipRange.of(whole, 0, Double.POSITIVE_INFINITY)).isSameAs(whole);
    assertThatThrownBy(() -> ClipRange.of(whole, 5, 9))
        .hasMessage(
            "a.gif: no frame is shown first from 5.0 to 9.0 seconds; its frames are from 0 to 4.000 seconds");
  }

  @Test
  void withoutFfmpegOtherFormatsAreRefusedWithTheRemedy() throws IOException {
    Path file = folder.resolve("a.mp4");
    Files.write(
        file, "\0\0\0\u0018ftypmp42".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
    assertThat(VideoFile.isVideo(file)).isTrue();
    assertThatThrownBy(() -> ALONE.open(file))
        .isInstanceOf(OcelliException.class)
        .hasMessage(
            file
                + ": needs ffmpeg and ffprobe, which are not on the PATH: install ffmpeg (apt install ffmpeg, brew install ffmpeg, winget install ffmpeg), or give a GIF, an animated WebP, a Motion JPEG AVI or a folder of frames");
    assertThatThrownBy(() -> ALONE.of(Drawn.avi(List.of(new byte[3]), "H264", 2, 1), "c.avi"))
        .hasMessageStartingWith("c.avi: needs ffmpeg");
    assertThatThrownBy(() -> ALONE.open(folder.resolve("none.mp4")))
        .hasMessageEndingWith("there is no such file: check the path");
    assertThatThrownBy(() -> ALONE.open(folder)).hasMessageContaining("is a folder");
    assertThat(Ffmpeg.find("")).isEmpty();
    assertThat(Ffmpeg.find(null)).isEmpty();
    assertThat(Ffmpeg.find(folder.toString())).isEmpty();
  }
}
