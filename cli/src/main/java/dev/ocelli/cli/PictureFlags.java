package dev.ocelli.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which pictures and clips are looked at, in the order in which they were given. */
final class PictureFlags {

  /** A picture or a clip of the command line. */
  sealed interface Item {
    /** One or more pictures, as they were written. */
    record Picture(String text) implements Item {}

    /** A folder of frames. */
    record Frames(Path folder) implements Item {}

    /** A video file. */
    record Video(Path file) implements Item {}

    /** A picture, or a video if its file is one. */
    record Either(String text) implements Item {}
  }

  private final List<Item> items = new ArrayList<>();

  @Option(
      names = {"--image", "-i"},
      paramLabel = "FILE",
      description = {
        "Picture (PNG, JPEG, WebP, TIFF, GIF, BMP, JPEG 2000; '-' is standard input), or PDF, of which each page is one; several times for several.",
        "FILE:max-tokens=N,min-tokens=N sets limits for this picture alone."
      })
  void image(String text) {
    items.add(new Item.Picture(text));
  }

  @Option(
      names = "--video-frames",
      paramLabel = "DIR",
      description =
          "Clip: the pictures of a folder in the order of their names (numbers count as numbers).")
  void frames(Path folder) {
    items.add(new Item.Frames(folder));
  }

  @Option(
      names = "--video",
      paramLabel = "FILE",
      description = {
        "Video: GIF, animated WebP, Motion JPEG AVI; with ffmpeg on the PATH also mp4, webm, mkv, mov and more."
      })
  void video(Path file) {
    items.add(new Item.Video(file));
  }

  @Option(
      names = "--fps",
      paramLabel = "X",
      description =
          "Frames a second that --video-frames has; of a video file, those that are looked at. Default: 2.")
  @Nullable Double fps;

  @Option(
      names = "--sample-fps",
      paramLabel = "X",
      description =
          "Look only at so many frames a second, at even distances. Default: at every frame of a folder, at 2 a second of a video file.")
  @Nullable Double sampleFps;

  @Option(
      names = "--start",
      paramLabel = "TIME",
      description = "Look at clips from here on: seconds, 1:15 or 0:01:15.")
  @Nullable String start;

  @Option(names = "--end", paramLabel = "TIME", description = "Look at clips up to here.")
  @Nullable String end;

  @Option(
      names = "--max-frames",
      paramLabel = "N",
      description = "Look at no more than N frames of a clip. Default: 768.")
  @Nullable Integer maxFrames;

  @Option(
      names = "--video-max-tokens",
      paramLabel = "N",
      description =
          "Shrink the frames of a clip so that all together are about N tokens at most. Default: the model's own limit.")
  @Nullable Integer videoMaxTokens;

  @Option(
      names = "--image-min-tokens",
      paramLabel = "N",
      description = "Enlarge smaller pictures to about N tokens. Default: the model's own.")
  @Nullable Integer minTokens;

  @Option(
      names = "--image-max-tokens",
      paramLabel = "N",
      description = "Shrink larger pictures to about N tokens. Default: the model's own.")
  @Nullable Integer maxTokens;

  @Option(
      names = "--preprocess",
      paramLabel = "WHOSE",
      defaultValue = "hf",
      description =
          "Whose resizing is followed: hf (torchvision), pillow, llama.cpp (letterbox). Default: ${DEFAULT-VALUE}.")
  String preprocess = "hf";

  @Mixin DocumentFlags documents = new DocumentFlags();

  @Option(
      names = "--pdf-text",
      paramLabel = "WHAT",
      defaultValue = "off",
      description =
          "Text layer of PDF pages: off, or hint (written behind each page). Default: ${DEFAULT-VALUE}.")
  String pdfText = "off";

  /** Takes a picture or a video file. */
  void pictureOrVideo(String text) {
    items.add(new Item.Either(text));
  }

  /** Takes up one picture in the place of all. */
  void only(String text) {
    items.clear();
    image(text);
  }

  /** What was given, in order. */
  List<Item> items() {
    return items;
  }
}
