package dev.ocelli.media.video;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.vision.ClipSource;
import dev.ocelli.media.Animation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Opens video files.
 *
 * @param tools what reads formats that are not decoded here, or null where it is not installed
 * @param limits what a file may cost
 */
public record VideoFile(@Nullable Ffmpeg tools, VideoLimits limits) {
  private static final int HEAD = 64;

  /**
   * Opens a file; no frame is decoded.
   *
   * @throws OcelliException (INPUT) if there is none, it is no video, or over a limit, or needs
   *     programs that are not there
   */
  public ClipSource open(Path file) {
    return open(file, file.toString());
  }

  /**
   * The same.
   *
   * @param name what messages call it
   */
  public ClipSource open(Path file, String name) {
    if (Files.isDirectory(file)) {
      throw VideoProbe.refused(name, "is a folder: give a video file, or its frames as a clip");
    }
    byte[] head = head(file, name);
    return decodedHere(head)
        ? animation(whole(file, name), name, VideoBytes.in(file))
        : withFfmpeg(head, name, VideoBytes.in(file));
  }

  /**
   * Opens a video that came from elsewhere, for example in a data URL.
   *
   * @param name what messages call it
   */
  public ClipSource of(byte[] bytes, String name) {
    VideoBytes video = VideoBytes.of(bytes);
    return decodedHere(bytes) ? animation(bytes, name, video) : withFfmpeg(bytes, name, video);
  }

  /**
   * Whether the beginning of a file is that of a video, which no picture decoder takes. GIF and
   * WebP files are pictures in the first place.
   */
  public static boolean isVideo(Path file) {
    return Files.isRegularFile(file) && isVideo(head(file, file.toString()));
  }

  /** The same of bytes. */
  public static boolean isVideo(byte[] head) {
    if (is(head, 4, "ftyp")) {
      return !is(head, 8, "avi")
          && !is(head, 8, "hei")
          && !is(head, 8, "hev")
          && !is(head, 8, "mif1")
          && !is(head, 8, "msf1");
    }
    return is(head, 0, "\u001aE\u00DF\u00A3") // Matroska, WebM
        || is(head, 0, "RIFF") && is(head, 8, "AVI ")
        || is(head, 0, "\0\0\1\u00BA") // MPEG program stream
        || is(head, 0, "\0\0\1\u00B3") // MPEG video
        || is(head, 0, "FLV\1")
        || is(head, 0, "OggS")
        || is(head, 0, "0&\u00B2u\u008Ef\u00CF\u0011") // ASF, WMV
        || is(head, 4, "moov")
        || is(head, 4, "mdat")
        || is(head, 4, "wide");
  }

  private static boolean decodedHere(byte[] head) {
    return is(head, 0, "GIF8")
        || is(head, 0, "RIFF") && (is(head, 8, "WEBP") || is(head, 8, "AVI "));
  }

  private ClipSource animation(byte[] bytes, String name, VideoBytes video) {
    Animation animation = Animation.of(bytes, name, limits.pictures());
    return animation == null ? withFfmpeg(bytes, name, video) : new AnimationClip(name, animation);
  }

  private ClipSource withFfmpeg(byte[] head, String name, VideoBytes video) {
    if (head.length == 0) {
      throw VideoProbe.refused(name, "is empty: get another copy of the video");
    }
    if (tools == null) {
      throw VideoProbe.refused(
          name,
          "needs ffmpeg and ffprobe, which are not on the PATH: install ffmpeg (apt install ffmpeg, brew install ffmpeg, winget install ffmpeg), or give a GIF, an animated WebP, a Motion JPEG AVI or a folder of frames");
    }
    return FfmpegClip.of(name, video, tools, limits);
  }

  private static byte[] head(Path file, String name) {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(HEAD);
    } catch (NoSuchFileException e) {
      throw VideoProbe.refused(name, "there is no such file: check the path");
    } catch (IOException e) {
      throw VideoProbe.refused(name, "cannot be read: " + e.getMessage());
    }
  }

  private byte[] whole(Path file, String name) {
    long most = limits.pictures().maxBytes();
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes((int) Math.min(most + 1, Integer.MAX_VALUE - 16));
      if (bytes.length > most) {
        throw VideoProbe.refused(
            name,
            "has more than %d bytes, which are read at once for this format: convert it to mp4 first"
                .formatted(most));
      }
      return bytes;
    } catch (IOException e) {
      throw VideoProbe.refused(name, "cannot be read: " + e.getMessage());
    }
  }

  private static boolean is(byte[] head, int at, String text) {
    byte[] wanted = text.getBytes(StandardCharsets.ISO_8859_1);
    if (head.length < at + wanted.length) {
      return false;
    }
    for (int i = 0; i < wanted.length; i++) {
      if (head[at + i] != wanted[i]) {
        return false;
      }
    }
    return true;
  }
}
