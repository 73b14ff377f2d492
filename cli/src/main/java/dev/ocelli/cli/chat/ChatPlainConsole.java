package dev.ocelli.cli.chat;

import dev.ocelli.cli.console.Interrupts;
import dev.ocelli.cli.console.Streams;
import dev.ocelli.cli.console.VisibleText;
import dev.ocelli.cli.model.Context;
import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A chat without a terminal: messages are lines of standard input, replies and nothing else go to
 * standard output.
 */
final class ChatPlainConsole implements ChatConsole {
  private final Streams streams;
  private final boolean quiet;
  private final boolean visible;
  private final BufferedReader in;
  private final Interrupts interrupts;
  private boolean lineOpen;
  private boolean reasoningOpen;

  /**
   * @param quiet whether notes and reasoning are left out
   * @param visible whether a person sees standard output, so that control characters are replaced
   */
  ChatPlainConsole(Context context, boolean quiet, boolean visible) {
    this.streams = context.streams();
    this.interrupts = context.interrupts();
    this.quiet = quiet;
    this.visible = visible;
    this.in =
        new BufferedReader(
            new InputStreamReader(streams.in(), StandardCharsets.UTF_8.newDecoder()));
  }

  @Override
  public @Nullable String read(String waiting) {
    StringBuilder text = new StringBuilder();
    try {
      String line = in.readLine();
      while (line != null && line.endsWith("\\")) {
        text.append(line, 0, line.length() - 1).append('\n');
        line = in.readLine();
      }
      return line == null && text.isEmpty()
          ? null
          : text.append(line == null ? "" : line).toString();
    } catch (CharacterCodingException e) {
      throw new OcelliException(
          Kind.INPUT, "standard input: is not UTF-8 text; convert it to UTF-8", e);
    } catch (IOException e) {
      throw new OcelliException(
          Kind.INPUT,
          "standard input: cannot be read (%s); give messages elsewhere".formatted(e.getMessage()),
          e);
    }
  }

  @Override
  public void piece(String text, boolean reasoning) {
    if (reasoning) {
      if (!quiet) {
        streams.err().print(VisibleText.of(text));
        streams.err().flush();
        reasoningOpen = !text.endsWith("\n");
      }
      return;
    }
    endReasoning();
    streams.out().print(visible ? VisibleText.of(text) : text);
    lineOpen = !text.endsWith("\n");
  }

  @Override
  public void endReply() {
    endReasoning();
    if (lineOpen) {
      streams.out().print("\n");
      lineOpen = false;
    }
  }

  private void endReasoning() {
    if (reasoningOpen) {
      streams.err().println();
      reasoningOpen = false;
    }
  }

  @Override
  public void say(String text) {
    streams.err().println(VisibleText.of(text));
  }

  @Override
  public void note(String line) {
    if (!quiet) {
      streams.err().println(VisibleText.line(line));
    }
  }

  @Override
  public void error(String line) {
    streams.err().println("ocelli: " + VisibleText.line(line));
  }

  @Override
  public boolean interactive() {
    return false;
  }

  @Override
  public void onInterrupt(@Nullable Runnable action) {
    if (action == null) {
      interrupts.idle();
    } else {
      interrupts.cancelWith(action);
    }
  }

  @Override
  public void close() {}
}
