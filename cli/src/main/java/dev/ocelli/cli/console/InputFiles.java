package dev.ocelli.cli.console;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Says in one way what is wrong with files that users name. */
public final class InputFiles {
  private InputFiles() {}

  /** The error for a file that cannot be read. */
  public static OcelliException unreadable(Path file, String asWhat, IOException e) {
    String why =
        switch (e) {
          case NoSuchFileException unused -> "no such file";
          case AccessDeniedException unused -> "permission denied";
          default -> String.valueOf(e.getMessage());
        };
    return new OcelliException(
        Kind.INPUT,
        "%s: %s; cannot read %s from it, check the name".formatted(file, why, asWhat),
        e);
  }

  /**
   * UTF-8 text of a file.
   *
   * @param what what the file should be, for error messages
   * @param most bytes that make sense
   */
  public static String text(Path file, String what, int most) {
    if (Files.isDirectory(file)) {
      throw new OcelliException(
          Kind.INPUT, file + ": is a directory, not a file with " + what + "; name a text file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      return text(in, file.toString(), what, most);
    } catch (IOException e) {
      throw unreadable(file, what, e);
    }
  }

  /** UTF-8 text of a stream to its end; {@code from} names it. */
  public static String text(InputStream in, String from, String what, int most) {
    try {
      byte[] bytes = in.readNBytes(most + 1);
      if (bytes.length > most) {
        throw new OcelliException(
            Kind.INPUT,
            "%s: is over %d MiB, more than %s can have; name another file"
                .formatted(from, most >> 20, what));
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new OcelliException(
          Kind.INPUT,
          from + ": cannot be read as " + what + ": is not UTF-8 text; convert it to UTF-8",
          e);
    } catch (IOException e) {
      throw new OcelliException(
          Kind.INPUT,
          "%s: cannot be read (%s); give %s elsewhere".formatted(from, e.getMessage(), what),
          e);
    }
  }

  /** A path, where the platform allows that name. */
  public static Path path(String name) {
    try {
      return Path.of(name);
    } catch (InvalidPathException e) {
      throw new OcelliException(
          Kind.INPUT, name + ": is no file name (" + e.getReason() + "); check the name", e);
    }
  }
}
