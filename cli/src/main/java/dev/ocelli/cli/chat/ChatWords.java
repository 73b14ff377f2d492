package dev.ocelli.cli.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Splits what was typed: arguments of a command, and files that a message names with an at sign.
 */
final class ChatWords {
  private ChatWords() {}

  /**
   * A message and the files that it names.
   *
   * @param text without the names at its beginning and end; those in the middle keep the file's own
   *     name, so that the sentence stays one
   * @param files in order
   * @param missing names that look like files and are none
   */
  record Named(String text, List<String> files, List<String> missing) {}

  /** A word and where it ends. */
  private record Word(String text, int end) {}

  /** Words with spaces between; quotes and backslashes keep spaces, as terminals write them. */
  static List<String> split(String text) {
    List<String> words = new ArrayList<>();
    int at = skip(text, 0);
    while (at < text.length()) {
      Word word = word(text, at);
      words.add(word.text());
      at = skip(text, word.end());
    }
    return words;
  }

  /**
   * Takes the files out of a message that it names as {@code @FILE}.
   *
   * @param isFile whether there is a file of that name
   */
  static Named files(String message, Predicate<String> isFile) {
    List<String> files = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    int at = 0;
    while (at < message.length()) {
      boolean begins = at == 0 || Character.isWhitespace(message.charAt(at - 1));
      if (message.charAt(at) == '@' && begins && at + 1 < message.length()) {
        Word word = word(message, at + 1);
        if (isFile.test(word.text())) {
          files.add(word.text());
          boolean inside =
              !text.toString().isBlank() && !onlyFiles(message.substring(word.end()), isFile);
          if (inside) {
            text.append(name(word.text()));
          }
          at = inside ? word.end() : skip(message, word.end());
          continue;
        }
        if (word.text()
            .matches("(?s).*[^.]\\.(?i:png|jpe?g|webp|gif|bmp|tiff?|pdf|mp4|webm|mkv|mov|avi)")) {
          missing.add(word.text());
        }
      }
      text.append(message.charAt(at++));
    }
    return new Named(files.isEmpty() ? message : text.toString().strip(), files, missing);
  }

  private static boolean onlyFiles(String rest, Predicate<String> isFile) {
    int at = skip(rest, 0);
    while (at < rest.length()) {
      if (rest.charAt(at) != '@') {
        return false;
      }
      Word word = word(rest, at + 1);
      if (!isFile.test(word.text())) {
        return false;
      }
      at = skip(rest, word.end());
    }
    return true;
  }

  private static String name(String file) {
    return file.substring(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
  }

  private static int skip(String text, int from) {
    int at = from;
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    return at;
  }

  private static Word word(String text, int from) {
    StringBuilder out = new StringBuilder();
    int at = from;
    char quote = 0;
    for (; at < text.length(); at++) {
      char c = text.charAt(at);
      if (quote != 0) {
        if (c == quote) {
          quote = 0;
        } else {
          out.append(c);
        }
      } else if ((c == '"' || c == '\'') && closes(text, at)) {
        quote = c;
      } else if (Character.isWhitespace(c)) {
        break;
      } else if (c == '\\' && at + 1 < text.length() && escapes(text.charAt(at + 1))) {
        out.append(text.charAt(++at));
      } else {
        out.append(c);
      }
    }
    return new Word(out.toString(), at);
  }

  /** Whether a quote has a partner; one alone is an apostrophe. */
  private static boolean closes(String text, int at) {
    return text.indexOf(text.charAt(at), at + 1) >= 0;
  }

  /** A backslash before a letter or digit separates folders on Windows. */
  private static boolean escapes(char c) {
    return !Character.isLetterOrDigit(c) && c != '_' && c != '.';
  }
}
