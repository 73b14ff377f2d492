package dev.ocelli.cli.chat;

import dev.ocelli.cli.console.InputFiles;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The file that remembers what was typed in chats; nobody but its owner can read it. */
final class ChatHistoryFile {
  private ChatHistoryFile() {}

  /**
   * Where it is: {@code $XDG_STATE_HOME/ocelli/chat_history}, else below {@code ~/.local/state}; on
   * Windows below {@code %LOCALAPPDATA%}. Null where there is no home.
   */
  static @Nullable Path path(Map<String, String> environment) {
    String state = environment.get("XDG_STATE_HOME");
    if (state != null && !state.isEmpty()) {
      return InputFiles.path(state).resolve("ocelli").resolve("chat_history");
    }
    String local = environment.get("LOCALAPPDATA");
    boolean windows =
        System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");
    if (windows && local != null) {
      return InputFiles.path(local).resolve("ocelli").resolve("state").resolve("chat_history");
    }
    String home = environment.get("HOME");
    return home == null || home.isEmpty()
        ? null
        : InputFiles.path(home).resolve(".local/state/ocelli/chat_history");
  }

  /** Makes it, and takes others' rights to it away. */
  static void prepare(Path file) throws IOException {
    boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    FileAttribute<?>[] folder = posix ? rights("rwx------") : new FileAttribute<?>[0];
    Files.createDirectories(file.toAbsolutePath().getParent(), folder);
    try {
      Files.createFile(file, posix ? rights("rw-------") : new FileAttribute<?>[0]);
    } catch (FileAlreadyExistsException e) {
      if (posix) {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
      }
    }
  }

  private static FileAttribute<?>[] rights(String rights) {
    return new FileAttribute<?>[] {
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(rights))
    };
  }
}
