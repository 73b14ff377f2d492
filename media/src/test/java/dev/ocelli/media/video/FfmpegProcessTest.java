package dev.ocelli.media.video;

import static dev.ocelli.media.video.VideoFileContractTest.all;
import static dev.ocelli.media.video.VideoFileContractTest.assertFrames;
import static dev.ocelli.media.video.VideoFileContractTest.decode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.vision.ClipSource;
import dev.ocelli.engine.vision.FrameStream;
import dev.ocelli.engine.vision.ImageSize;
import dev.ocelli.engine.vision.RgbImage;
import dev.ocelli.media.DecodeLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Videos that ffmpeg decodes, and programs in its place that behave badly. */
class FfmpegProcessTest {
  private static final String[] LOSSLESS = {"-c:v", "libx264rgb", "-qp", "0", "-g", "12"};

  @TempDir Path folder;

  private static Ffmpeg ffmpeg() {
    Optional<Ffmpeg> tools = Ffmpeg.find(System.getenv("PATH"));
    assumeTrue(tools.isPresent(), "ffmpeg and ffprobe are not installed");
    return tools.get();
  }

  private static ClipSource open(Path file) {
    return new VideoFile(ffmpeg(), VideoLimits.DEFAULT).open(file);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.mp4", "-b.mkv", "http:c.mov", "d 'e'.mkv"})
  void framesAreThoseThatWereEncoded(String name) throws Exception {
    ffmpeg();
    List<RgbImage> frames = Drawn.frames(25, 64, 48);
    ClipSource clip = open(Drawn.encoded(frames, folder.resolve(name), "2", LOSSLESS));
    assertThat(VideoFile.isVideo(folder.resolve(name))).isTrue();
    assertThat(clip.size()).isEqualTo(new ImageSize(64, 48));
    assertThat(clip.frameCount()).isEqualTo(25);
    assertThat(clip.fps()).isEqualTo(2);
    assertThat(clip.seconds(3)).isEqualTo(1.5);
    assertFrames(clip, frames, all(clip));
    assertFrames(clip, frames, 3, 4, 4, 11, 24);
    assertFrames(clip, frames, 24);
  }

  /** Far into a video processes seek, and what they find is the same. */
  @Test
  void framesFarApart() throws Exception {
    ffmpeg();
    List<RgbImage> frames = Drawn.frames(400, 32, 32);
    for (String name : List.of("a.mp4", "b.mkv")) {
      ClipSource clip = open(Drawn.encoded(frames, folder.resolve(name), "5", LOSSLESS));
      assertFrames(clip, frames, 130, 131, 250, 255, 257, 399);
    }
  }

  @Test
  void soundThatBeginsEarlierMovesNothing() throws Exception {
    ffmpeg();
    List<RgbImage> frames = Drawn.frames(300, 32, 32);
    Path silent = Drawn.encoded(frames, folder.resolve("silent.mkv"), "5", LOSSLESS);
    Path file = folder.resolve("sound.mp4");
    Process p =
        new ProcessBuilder(
                ("ffmpeg -loglevel error -itsoffset 0.5 -i %s -f lavfi -t 60 -i sine -map 0:v -map 1:a -c:v copy -c:a aac %s"
                        .formatted(silent, file))
                    .split(" "))
            .inheritIO()
            .start();
    assertThat(p.waitFor()).isZero();
    ClipSource clip = open(file);
    assertThat(clip.frameCount()).isEqualTo(300);
    assertThat(clip.seconds(0)).isZero();
    assertFrames(clip, frames, 0, 150, 299);
    assertFrames(clip, frames, 151);
  }

  @Test
  void turnedVideosStandUpright() throws Exception {
    ffmpeg();
    List<RgbImage> frames = Drawn.frames(3, 64, 48);
    Path flat = Drawn.encoded(frames, folder.resolve("flat.mp4"), "2", LOSSLESS);
    Path file = folder.resolve("turned.mov");
    Process p =
        new ProcessBuilder(
                ("ffmpeg -loglevel error -i %s -c copy -metadata:s:v:0 rotate=90 %s"
                        .formatted(flat, file))
                    .split(" "))
            .inheritIO()
            .start();
    assertThat(p.waitFor()).isZero();
    ClipSource clip = open(file);
    assumeTrue(clip.size().width() == 48, "this ffmpeg does not write rotation that way");
    RgbImage upright = decode(clip, 1).getFirst();
    assertThat(upright.width()).isEqualTo(48);
    assertThat(upright.height()).isEqualTo(64);
  }

  @Test
  void framesOfChangingRateHaveTheirOwnTimes() throws Exception {
    ffmpeg();
    List<RgbImage> frames = Drawn.frames(6, 32, 32);
    Path file =
        Drawn.encoded(
            frames,
            folder.resolve("v.mkv"),
            "10",
            "-vf",
            "setpts='(N*N)/10/TB'",
            "-vsync",
            "passthrough",
            "-c:v",
            "libx264rgb",
            "-qp",
            "0");
    ClipSource clip = open(file);
    assertThat(clip.frameCount()).isEqualTo(6);
    for (int i = 0; i < 6; i++) {
      assertThat(clip.seconds(i)).isEqualTo(i * i / 10.0);
    }
    assertFrames(clip, frames, all(clip));
  }

  /** Written by ffmpeg, read by the decoders of this module. */
  @Test
  void animatedWebp() throws Exception {
    ffmpeg();
    List<RgbImage> frames = Drawn.frames(7, 64, 48);
    Path file =
        Drawn.encoded(
            frames, folder.resolve("a.webp"), "2", "-c:v", "libwebp_anim", "-lossless", "1");
    ClipSource clip = new VideoFile(null, VideoLimits.DEFAULT).open(file);
    assertThat(clip.frameCount()).isEqualTo(7);
    assertThat(clip.fps()).isEqualTo(2);
    assertFrames(clip, frames, all(clip));
    assertFrames(clip, frames, 1, 5);
  }

  @Test
  void gifAndMotionJpegByFfmpeg() throws Exception {
    ffmpeg();
    List<RgbImage> frames = Drawn.frames(7, 64, 48);
    Path gif =
        Drawn.encoded(
            frames,
            folder.resolve("a.gif"),
            "2",
            "-vf",
            "split[a][b];[a]palettegen=reserve_transparent=1[p];[b][p]paletteuse=dither=none");
    ClipSource clip = new VideoFile(null, VideoLimits.DEFAULT).open(gif);
    assertThat(clip.frameCount()).isEqualTo(7);
    assertThat(clip.fps()).isEqualTo(2);
    // What ffmpeg itself reads from the file is the measure: its palette is not quite the frames'.
    Path again = folder.resolve("again.mkv");
    Process p =
        new ProcessBuilder(
                ("ffmpeg -loglevel error -i %s -c:v libx264rgb -qp 0 %s".formatted(gif, again))
                    .split(" "))
            .inheritIO()
            .start();
    assertThat(p.waitFor()).isZero();
    assertFrames(clip, decode(open(again), all(clip)), all(clip));
    Path avi = Drawn.encoded(frames, folder.resolve("a.avi"), "2", "-c:v", "mjpeg", "-q:v", "2");
    ClipSource jpegs = new VideoFile(null, VideoLimits.DEFAULT).open(avi);
    assertThat(jpegs.frameCount()).isEqualTo(7);
    assertThat(decode(jpegs, 0, 6)).hasSize(2);
  }

  @Test
  void bytesAreReadLikeFiles() throws Exception {
    List<RgbImage> frames = Drawn.frames(5, 32, 32);
    VideoFile videos = new VideoFile(ffmpeg(), VideoLimits.DEFAULT);
    Path file = Drawn.encoded(frames, folder.resolve("a.mp4"), "2", LOSSLESS);
    ClipSource clip = videos.of(Files.readAllBytes(file), "data");
    assertFrames(clip, frames, all(clip));
    assertThat(clip.identity(new int[] {1})).isEqualTo(open(file).identity(new int[] {1}));
  }

  @Test
  void damagedFilesAreRefused() throws Exception {
    List<RgbImage> frames = Drawn.frames(40, 64, 48);
    VideoFile videos = new VideoFile(ffmpeg(), VideoLimits.DEFAULT);
    Path file = Drawn.encoded(frames, folder.resolve("a.mp4"), "2", LOSSLESS);
    byte[] whole = Files.readAllBytes(file);
    for (int cut : new int[] {16, whole.length / 2, whole.length * 3 / 4}) {
      byte[] part = Arrays.copyOf(whole, cut);
      assertThatThrownBy(() -> videos.of(part, "cut.mp4"))
          .isInstanceOf(OcelliException.class)
          .hasMessageStartingWith("cut.mp4: ")
          .hasMessageNotContaining("0x");
    }
    assertThatThrownBy(() -> videos.of("#EXTM3U\n/etc/passwd\n".getBytes(), "list.m3u8"))
        .isInstanceOf(OcelliException.class)
        .hasMessageStartingWith("list.m3u8: is no video that ffprobe can read");
    VideoLimits small =
        new VideoLimits(
            new DecodeLimits(1 << 20, 1000, 1000), 10, Duration.ofSeconds(9), Duration.ofHours(1));
    assertThatThrownBy(() -> new VideoFile(ffmpeg(), small).open(file))
        .hasMessageEndingWith(
            "announces frames of 64 x 48 pixels, but at most 1000 pixels and 1000 a side are decoded: make the video smaller");
    VideoLimits few =
        new VideoLimits(DecodeLimits.DEFAULT, 10, Duration.ofSeconds(9), Duration.ofHours(1));
    assertThatThrownBy(() -> new VideoFile(ffmpeg(), few).open(file))
        .hasMessageEndingWith("has more than 10 frames: give a shorter video");
  }

  // Programs in the place of ffmpeg.

  private static final String PROBE =
      """
      case "$*" in
        *-show_program_version*) echo '{"program_version":{"version":"6.0"},"streams":[{"width":4,"height":2,"avg_frame_rate":"2/1"}],"format":{"start_time":"0.0"}}';;
        *) printf '0.0,K_\\n0.5,__\\n';;
      esac
      """;

  private Ffmpeg fake(String ffmpeg, String ffprobe) throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "there is no /bin/sh");
    return new Ffmpeg(script("ffmpeg", ffmpeg), script("ffprobe", ffprobe));
  }

  private Path script(String name, String body) throws IOException {
    Path file = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + body + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file;
  }

  private Path video() throws IOException {
    return Files.writeString(folder.resolve("some.mp4"), "\0\0\0\u0018ftypmp42");
  }

  private static VideoFile with(Ffmpeg tools) {
    return new VideoFile(
        tools,
        new VideoLimits(DecodeLimits.DEFAULT, 100, Duration.ofMillis(300), Duration.ofSeconds(20)));
  }

  private static long children() {
    return ProcessHandle.current().descendants().filter(ProcessHandle::isAlive).count();
  }

  @Test
  void aProgramThatHangsIsKilledWithWhatItStarted() throws Exception {
    long before = children();
    ClipSource clip = with(fake("sleep 100; echo", PROBE)).open(video());
    assertThatThrownBy(() -> decode(clip, 0, 1))
        .isInstanceOf(OcelliException.class)
        .hasMessageContaining(
            "reading the video was given up: ffmpeg wrote nothing for 0.3 seconds; give");
    assertNoneLeft(before);
    assertThatThrownBy(() -> with(fake("", "sleep 100; echo")).open(video()))
        .hasMessageContaining("wrote nothing for 0.3 seconds");
    assertNoneLeft(before);
  }

  private static void assertNoneLeft(long before) throws InterruptedException {
    for (int i = 0; i < 500 && children() > before; i++) {
      Thread.sleep(10);
    }
    assertThat(children()).isLessThanOrEqualTo(before);
  }

  @Test
  void closingEndsAReadThatWaits() throws Exception {
    VideoFile patient = new VideoFile(fake("sleep 100; echo", PROBE), VideoLimits.DEFAULT);
    ClipSource clip = patient.open(video());
    long before = children();
    FrameStream frames = clip.open(new int[] {0});
    List<Throwable> thrown = new ArrayList<>();
    Thread reader =
        Thread.ofPlatform()
            .start(() -> {
              try {
                frames.next();
              } catch (OcelliException e) {
                thrown.add(e);
              }
            });
    for (int i = 0; i < 500 && children() == before; i++) {
      Thread.sleep(10);
    }
    frames.close();
    reader.join(10_000);
    assertThat(reader.isAlive()).isFalse();
    assertThat(thrown).hasSize(1);
    assertNoneLeft(before);
  }

  @Test
  void aProgramThatWritesTooMuchIsRefused() throws Exception {
    ClipSource clip = with(fake("cat /dev/zero", PROBE)).open(video());
    assertThatThrownBy(() -> decode(clip, 0, 1))
        .hasMessageContaining("ffmpeg writes frames of another size than ffprobe says");
    assertThatThrownBy(() -> with(fake("", "cat /dev/zero")).open(video()))
        .hasMessageContaining("is no video that ffprobe can read");
    assertThatThrownBy(() ->
            with(fake(
                    "",
                    "case \"$*\" in *program_version*) echo '{\"streams\":[{\"width\":2,\"height\":2}]}';; *) yes 0.0,K_;; esac"))
                .open(video()))
        .hasMessageContaining("has more than 100 frames");
  }

  @Test
  void aProgramThatFailsIsQuotedInOneLine() throws Exception {
    ClipSource clip =
        with(fake(
                "echo '[mov @ 0x55d] moov atom\nsecond line' >&2; yes x | head -c 9999999 >&2; exit 1",
                PROBE))
            .open(video());
    assertThatThrownBy(() -> decode(clip, 0, 1))
        .hasMessageEndingWith(
            "is damaged or cut off: ffmpeg has no frame 0 at 0.0 seconds (moov atom); give another copy, or a part with --end");
    assertThatThrownBy(() -> with(fake("", "echo '{\"streams\":[' ")).open(video()))
        .hasMessageContaining("ffprobe says nothing that can be read");
    assertThatThrownBy(() -> with(fake("", "echo '{}'")).open(video()))
        .hasMessageEndingWith("has no video; give a video file");
  }
}
