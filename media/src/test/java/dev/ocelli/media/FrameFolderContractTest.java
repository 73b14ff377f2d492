package dev.ocelli.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.vision.ImageSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A clip as a folder of frames. */
class FrameFolderContractTest {
  @TempDir Path folder;

  @Test
  void framesComeInNaturalOrder() throws IOException {
    copy("rgb8.png", "f10.png", "f9.png", "f1.png", "f2.png");
    copy("q95_420.jpg", "F3.JPG");
    Files.writeString(folder.resolve("notes.txt"), "not a frame");
    Files.writeString(folder.resolve(".hidden.png"), "not a frame");
    Files.createDirectory(folder.resolve("f0.png"));
    FrameFolder frames = FrameFolder.open(folder, DecodeLimits.DEFAULT);
    assertThat(frames.files().stream().map(p -> p.getFileName().toString()))
        .containsExactly("F3.JPG", "f1.png", "f2.png", "f9.png", "f10.png");
    assertThat(frames.size()).isEqualTo(new ImageSize(37, 29));
    assertThat(frames.decode(4, DecodeOptions.DEFAULT).rgb())
        .isEqualTo(Fixtures.bytes("rgb8.png.rgb"));
  }

  @Test
  void orderOfNames() {
    List<String> sorted =
        List.of("", "01", "1", "2", "10", "a", "a1b2", "a1b10", "a1c1", "a01c2", "a10", "b");
    List<String> shuffled =
        Stream.of(7, 3, 11, 0, 5, 9, 1, 10, 2, 8, 4, 6).map(sorted::get).toList();
    assertThat(shuffled.stream().sorted(FrameFolder::compareNames).toList()).isEqualTo(sorted);
    assertThat(FrameFolder.compareNames("9".repeat(40) + "1", "9".repeat(40) + "2")).isNegative();
  }

  @Test
  void framesOfDifferentSizesAreRefused() throws IOException {
    copy("rgb8.png", "1.png");
    copy("larger_420.jpg", "2.jpg");
    assertThatThrownBy(() -> FrameFolder.open(folder, DecodeLimits.DEFAULT))
        .isInstanceOf(OcelliException.class)
        .hasMessageContaining(
            "2.jpg: the frame is 127 x 131 pixels, but the first frame (1.png) is")
        .hasMessageContaining("same size");
  }

  @Test
  void foldersWithoutFramesAreRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("notes.txt"), "text");
    assertThatThrownBy(() -> FrameFolder.open(folder, DecodeLimits.DEFAULT))
        .isInstanceOf(OcelliException.class)
        .hasMessageContaining("has no pictures");
    assertThatThrownBy(() -> FrameFolder.open(folder.resolve("none"), DecodeLimits.DEFAULT))
        .isInstanceOf(OcelliException.class)
        .hasMessageContaining("no such folder");
    assertThatThrownBy(() -> FrameFolder.open(file, DecodeLimits.DEFAULT))
        .isInstanceOf(OcelliException.class)
        .hasMessageContaining("is not a folder");
  }

  @Test
  void damagedFramesAreNamed() throws IOException {
    copy("rgb8.png", "1.png");
    Files.write(folder.resolve("2.png"), new byte[] {1, 2, 3});
    assertThatThrownBy(() -> FrameFolder.open(folder, DecodeLimits.DEFAULT))
        .isInstanceOf(OcelliException.class)
        .hasMessageContaining("2.png: is not a picture");
  }

  private void copy(String fixture, String... names) throws IOException {
    for (String name : names) {
      Files.write(folder.resolve(name), Fixtures.bytes(fixture));
    }
  }
}
