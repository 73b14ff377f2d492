package dev.ocelli.cli.media;

import dev.ocelli.cli.flags.PictureFlags;
import dev.ocelli.cli.model.Context;
import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.vision.ClipRange;
import dev.ocelli.engine.vision.ClipSource;
import dev.ocelli.engine.vision.VideoOptions;
import dev.ocelli.media.video.Ffmpeg;
import dev.ocelli.media.video.VideoFile;
import dev.ocelli.media.video.VideoLimits;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Video files of a command line, and what its flags say about clips. */
public final class Videos {
  private static final Pattern TIME =
      Pattern.compile("(?:(?:(\\d{1,4}):)?(\\d{1,6}):)?(\\d{1,9}(?:\\.\\d{1,6})?)s?");

  /** A rate that no clip has, so that only the maximum counts. */
  private static final double ALL_FRAMES = 100_000;

  private Videos() {}

  /** Opens a file, with ffmpeg where the environment's PATH has it. */
  public static ClipSource open(Path file, Context context) {
    return new VideoFile(tools(context.environment()), VideoLimits.DEFAULT).open(file);
  }

  /** The programs that the environment's PATH leads to, or null. */
  public static @Nullable Ffmpeg tools(Map<String, String> environment) {
    String path =
        environment.entrySet().stream()
            .filter(e -> e.getKey().equalsIgnoreCase("PATH"))
            .map(Map.Entry::getValue)
            .findFirst()
            .orElse(null);
    return Ffmpeg.find(path).orElse(null);
  }

  /** The part of a clip that the flags ask for. */
  static ClipSource part(ClipSource clip, PictureFlags flags) {
    double start = flags.start == null ? 0 : seconds("--start", flags.start);
    double end = flags.end == null ? Double.POSITIVE_INFINITY : seconds("--end", flags.end);
    if (start >= end) {
      throw new OcelliException(
          Kind.USAGE,
          "--start %s is not before --end %s; give a part of the clip"
              .formatted(flags.start, flags.end));
    }
    return clip.frameCount() == 0 ? clip : ClipRange.of(clip, start, end);
  }

  /**
   * Refuses flags of clips where there is none.
   *
   * @throws OcelliException USAGE
   */
  static void refuseFlags(PictureFlags flags) {
    if (flags.start != null
        || flags.end != null
        || flags.maxFrames != null
        || flags.videoMaxTokens != null) {
      throw new OcelliException(
          Kind.USAGE,
          "--start, --end, --max-frames and --video-max-tokens are for clips, but none is given; give one with --video or --video-frames");
    }
  }

  /** {@code 75}, {@code 75.5}, {@code 1:15} or {@code 0:01:15}. */
  static double seconds(String flag, String text) {
    Matcher m = TIME.matcher(text.strip());
    if (!m.matches()) {
      throw new OcelliException(
          Kind.USAGE,
          "%s '%s' is no time; give seconds (75 or 75.5), or 1:15, or 0:01:15"
              .formatted(flag, text));
    }
    double hours = m.group(1) == null ? 0 : Double.parseDouble(m.group(1));
    double minutes = m.group(2) == null ? 0 : Double.parseDouble(m.group(2));
    return (hours * 60 + minutes) * 60 + Double.parseDouble(m.group(3));
  }

  /** For a folder of frames: all of them, unless a rate is asked for. */
  static VideoOptions ofFrames(PictureFlags flags) {
    VideoOptions every = VideoOptions.FRAME_LIST;
    Double sample = flags.sampleFps;
    if (sample == null && flags.maxFrames != null) {
      sample = ALL_FRAMES;
    }
    return limited(sample == null ? every : every.sampledAt(sample), flags);
  }

  /** For a video file: 2 frames a second, unless another rate is asked for. */
  static VideoOptions ofFile(PictureFlags flags) {
    Double sample = flags.sampleFps == null ? flags.fps : flags.sampleFps;
    VideoOptions usual = VideoOptions.SAMPLED;
    return limited(sample == null ? usual : usual.sampledAt(sample), flags);
  }

  private static VideoOptions limited(VideoOptions options, PictureFlags flags) {
    Integer frames = flags.maxFrames;
    Integer tokens = flags.videoMaxTokens;
    VideoOptions few = frames == null ? options : options.withMaxFrames(frames);
    return tokens == null ? few : few.withMaxTokens(tokens);
  }
}
