package dev.ocelli.cli.chat;

import dev.ocelli.cli.chat.ChatCommands.Argument;
import dev.ocelli.cli.console.VisibleText;
import dev.ocelli.engine.sampling.Presets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;
import org.jspecify.annotations.Nullable;

/** Completes commands, their arguments, and names of files behind an at sign. */
final class ChatCompleter implements Completer {
  /** More files than this in a folder are a flood and no help. */
  private static final int MOST_FILES = 1000;

  private final @Nullable String home;

  ChatCompleter(@Nullable String home) {
    this.home = home;
  }

  @Override
  public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
    String word = line.word().substring(0, line.wordCursor());
    if (word.startsWith("@")) {
      files(word.substring(1), "@", candidates);
    } else if (line.wordIndex() == 0) {
      if (word.startsWith("/")) {
        ChatCommands.ALL.forEach(
            (name, e) -> candidates.add(candidate("/" + name, e.does(), true)));
      }
    } else if (line.words().getFirst().startsWith("/")) {
      ChatCommands.Entry entry = ChatCommands.ALL.get(line.words().getFirst().substring(1));
      argument(entry == null ? Argument.NONE : entry.argument(), word, candidates);
    }
  }

  private void argument(Argument argument, String word, List<Candidate> candidates) {
    switch (argument) {
      case NONE, TEXT -> {}
      case FILE -> files(word, "", candidates);
      case PRESET -> {
        Presets.all().forEach(p -> candidates.add(candidate(p.name(), null, true)));
        candidates.add(candidate("default", null, true));
      }
      case SETTING ->
          ChatSettings.keys().forEach(k -> candidates.add(candidate(k + "=", null, false)));
      case SWITCH ->
          Stream.of("on", "off", "auto").forEach(s -> candidates.add(candidate(s, null, true)));
    }
  }

  private void files(String word, String before, List<Candidate> candidates) {
    int cut = word.lastIndexOf('/') + 1;
    String folder = word.substring(0, cut);
    String name = word.substring(cut);
    try (Stream<Path> all = Files.list(folder(folder))) {
      all.filter(f -> name.startsWith(".") || !String.valueOf(f.getFileName()).startsWith("."))
          .filter(f -> VisibleText.line(f.toString()).equals(f.toString()))
          .sorted()
          .limit(MOST_FILES)
          .forEach(f -> {
            boolean directory = Files.isDirectory(f);
            String full = before + folder + f.getFileName() + (directory ? "/" : "");
            candidates.add(candidate(full, null, !directory));
          });
    } catch (IOException | InvalidPathException e) {
      // A folder that cannot be listed completes to nothing.
    }
  }

  private Path folder(String typed) {
    if (home != null && typed.startsWith("~/")) {
      return Path.of(home, typed.substring(2));
    }
    return Path.of(typed.isEmpty() ? "." : typed);
  }

  private static Candidate candidate(String value, @Nullable String does, boolean complete) {
    return new Candidate(value, value, null, does, null, null, complete);
  }
}
