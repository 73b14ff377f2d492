package dev.ocelli.cli.flags;

import dev.ocelli.cli.console.InputFiles;
import dev.ocelli.cli.console.Streams;
import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Gets the prompt from where the flags say: the command line, a file, standard input, or the
 * command's own default.
 *
 * @param text the prompt
 * @param from the flag, file or stream that it is from
 */
public record PromptText(String text, String from) {
  /** No model holds a prompt of this size; a file this big is given by mistake. */
  private static final int MOST_BYTES = 16 << 20;

  /**
   * The prompt.
   *
   * @param otherwise what is asked when nothing is given, or null when a prompt must be given or
   *     piped in
   */
  public static PromptText read(PromptFlags flags, Streams streams, @Nullable String otherwise) {
    if (flags.prompt != null && flags.file != null) {
      throw new OcelliException(
          Kind.USAGE, "both --prompt and --file are given; give the prompt in one of them");
    }
    String text;
    String from;
    if (flags.file != null) {
      from = flags.file.toString();
      text = withoutLineEnd(InputFiles.text(flags.file, "a prompt", MOST_BYTES));
    } else if (flags.prompt != null && !flags.prompt.equals("-")) {
      from = "--prompt";
      text = flags.prompt;
    } else if (flags.prompt != null || otherwise == null && !streams.inTerminal()) {
      from = "standard input";
      text = withoutLineEnd(InputFiles.text(streams.in(), from, "a prompt", MOST_BYTES));
    } else if (otherwise != null) {
      return new PromptText(otherwise, "the command's own prompt");
    } else {
      throw new OcelliException(
          Kind.USAGE, "no prompt is given; use -p TEXT, -f FILE, or pipe it into standard input");
    }
    text = flags.escape ? unescape(text) : text;
    if (text.isBlank()) {
      throw new OcelliException(
          Kind.INPUT, from + ": the prompt is empty; say what the model shall do");
    }
    return new PromptText(text, from);
  }

  /** Without the last line end, which editors and {@code echo} add. */
  private static String withoutLineEnd(String text) {
    return text.endsWith("\r\n")
        ? text.substring(0, text.length() - 2)
        : text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
  }

  private static String unescape(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && i + 1 < text.length()) {
        char next = text.charAt(++i);
        switch (next) {
          case 'n' -> out.append('\n');
          case 't' -> out.append('\t');
          case 'r' -> out.append('\r');
          case '\'', '"', '\\' -> out.append(next);
          default -> out.append(c).append(next);
        }
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }
}
