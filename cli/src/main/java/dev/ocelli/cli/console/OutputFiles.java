package dev.ocelli.cli.console;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Says in one way why a file cannot be written. */
public final class OutputFiles {
  private OutputFiles() {}

  /** Writes a text in UTF-8 in place of what was there. */
  public static void write(Path file, String text) {
    write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes a file in place of what was there. */
  public static void write(Path file, byte[] bytes) {
    try {
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new OcelliException(
          Kind.RESOURCE,
          "%s: cannot be written (%s); name another file".formatted(file, e.getMessage()),
          e);
    }
  }
}
