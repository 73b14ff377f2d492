package dev.ocelli.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * Finds command lines of Ocelli in text for shells: quotes, comments, continued lines, pipes and
 * redirections are known, substitutions are words like others.
 */
final class DocCommands {
  private final String text;
  private final List<List<String>> commands = new ArrayList<>();
  private List<String> words = new ArrayList<>();
  private int at;

  private DocCommands(String text) {
    this.text = text.replace("\\\n", " ");
  }

  /** The arguments of each call of {@code ocelli} in a text. */
  static List<List<String>> in(String text) {
    DocCommands reader = new DocCommands(text);
    while (reader.at < reader.text.length()) {
      reader.step();
    }
    reader.end();
    return reader.commands;
  }

  private void step() {
    char c = text.charAt(at);
    switch (c) {
      case '\n', '|', ';', '&' -> {
        at++;
        end();
      }
      case ' ', '\t' -> at++;
      case '#' -> skipLine();
      case '>', '<' -> {
        while (at < text.length() && "><& ".indexOf(text.charAt(at)) >= 0) {
          at++;
        }
        word();
      }
      default -> words.add(word());
    }
  }

  private void skipLine() {
    int end = text.indexOf('\n', at);
    at = end < 0 ? text.length() : end;
  }

  private String word() {
    StringBuilder word = new StringBuilder();
    for (; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '\'' || c == '"') {
        int end = text.indexOf(c, at + 1);
        end = end < 0 ? text.length() - 1 : end;
        word.append(text, at + 1, end);
        at = end;
      } else if (" \t\n|;&<>".indexOf(c) >= 0) {
        break;
      } else {
        word.append(c);
      }
    }
    return word.toString();
  }

  private void end() {
    if (!words.isEmpty()
        && (words.getFirst().equals("ocelli") || words.getFirst().equals("./ocelli"))) {
      List<String> arguments = new ArrayList<>(words.subList(1, words.size()));
      arguments.removeIf(w -> w.equals("..."));
      commands.add(arguments);
    }
    words = new ArrayList<>();
  }
}
