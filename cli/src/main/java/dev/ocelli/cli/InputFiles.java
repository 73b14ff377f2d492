package dev.ocelli.cli;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Says in one way what is wrong with files that users name. */
final class InputFiles {
  private InputFiles() {}

  /** The error for a file that cannot be read. */
  static OcelliException unreadable(Path file, String asWhat, IOException e) {
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

  /** A path, where the platform allows that name. */
  static Path path(String name) {
    try {
      return Path.of(name);
    } catch (InvalidPathException e) {
      throw new OcelliException(
          Kind.INPUT, name + ": is no file name (" + e.getReason() + "); check the name", e);
    }
  }
}
