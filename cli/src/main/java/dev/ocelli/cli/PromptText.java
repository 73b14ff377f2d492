package dev.ocelli.cli;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Gets the prompt from where the flags say: the command line, a file, standard input, or the
 * command's own default.
 */
final class PromptText {
  /** No model holds a prompt of this size; a file this big is given by mistake. */
  private static final int MOST_BYTES = 16 << 20;

  private PromptText() {}

  /**
   * The prompt.
   *
   * @param otherwise what is asked when nothing is given, or null when a prompt must be given or
   *     piped in
   */
  static String read(PromptFlags flags, Streams streams, @Nullable String otherwise) {
    if (flags.prompt != null && flags.file != null) {
      throw new OcelliException(
          Kind.USAGE, "both --prompt and --file are given; give the prompt in one of them");
    }
    String text;
    String from;
    if (flags.file != null) {
      from = flags.file.toString();
      text = file(flags.file);
    } else if (flags.prompt != null && !flags.prompt.equals("-")) {
      from = "--prompt";
      text = flags.prompt;
    } else if (flags.prompt != null || otherwise == null && !streams.inTerminal()) {
      from = "standard input";
      text = all(streams.in(), from);
    } else if (otherwise != null) {
      return otherwise;
    } else {
      throw new OcelliException(
          Kind.USAGE, "no prompt is given; use -p TEXT, -f FILE, or pipe it into standard input");
    }
    text = flags.escape ? unescape(text) : text;
    if (text.isBlank()) {
      throw new OcelliException(
          Kind.INPUT, from + ": the prompt is empty; say what the model shall do");
    }
    return text;
  }

  private static String file(Path file) {
    if (Files.isDirectory(file)) {
      throw new OcelliException(
          Kind.INPUT, file + ": is a directory, not a file with a prompt; name a text file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      return all(in, file.toString());
    } catch (IOException e) {
      throw InputFiles.unreadable(file, "a prompt", e);
    }
  }

  /** UTF-8 text to the end, without the last line end. */
  private static String all(InputStream in, String from) {
    try {
      byte[] bytes = in.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw new OcelliException(
            Kind.INPUT,
            from + ": the prompt is over " + (MOST_BYTES >> 20) + " MiB; no model can hold it");
      }
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.endsWith("\r\n")
          ? text.substring(0, text.length() - 2)
          : text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    } catch (CharacterCodingException e) {
      throw new OcelliException(
          Kind.INPUT, from + ": the prompt is not UTF-8 text; convert it to UTF-8", e);
    } catch (IOException e) {
      throw new OcelliException(
          Kind.INPUT, from + ": cannot be read (" + e.getMessage() + "); give another prompt", e);
    }
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
