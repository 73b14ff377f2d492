package dev.ocelli.media.video;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The programs that read video files.
 *
 * @param ffmpeg decodes frames
 * @param ffprobe lists them
 */
public record Ffmpeg(Path ffmpeg, Path ffprobe) {

  /**
   * Looks for both programs.
   *
   * @param path folders with programs as in the environment's variable PATH, or null
   */
  public static Optional<Ffmpeg> find(@Nullable String path) {
    if (path == null) {
      return Optional.empty();
    }
    Path ffmpeg = program("ffmpeg", path);
    Path ffprobe = program("ffprobe", path);
    return ffmpeg == null || ffprobe == null
        ? Optional.empty()
        : Optional.of(new Ffmpeg(ffmpeg, ffprobe));
  }

  private static @Nullable Path program(String name, String path) {
    for (String folder : path.split(Pattern.quote(File.pathSeparator))) {
      for (String ending : new String[] {"", ".exe"}) {
        try {
          // A relative or empty entry would run what lies in the current folder.
          Path file = Path.of(folder).resolve(name + ending);
          if (file.isAbsolute() && Files.isRegularFile(file) && Files.isExecutable(file)) {
            return file;
          }
        } catch (InvalidPathException e) {
          // Not a folder of this system.
          continue;
        }
      }
    }
    return null;
  }
}
