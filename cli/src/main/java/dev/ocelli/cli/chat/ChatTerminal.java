package dev.ocelli.cli.chat;

import dev.ocelli.cli.console.VisibleText;
import dev.ocelli.engine.OcelliException;
import java.io.IOError;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import org.jline.keymap.KeyMap;
import org.jline.reader.Binding;
import org.jline.reader.Completer;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.Reference;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.terminal.Terminal;
import org.jspecify.annotations.Nullable;

/**
 * A chat in a terminal: lines are edited, completed and remembered; text that is pasted stays one
 * message, whatever lines it has.
 */
final class ChatTerminal implements ChatConsole {
  private static final String DIM = "\u001b[2m";
  private static final String BOLD = "\u001b[1m";
  private static final String RED = "\u001b[31m";
  private static final String PLAIN = "\u001b[0m";
  private static final String NEW_LINE = "ocelli-new-line";

  private final Terminal terminal;
  private final LineReader reader;
  private final Look look;
  private final PrintWriter out;
  private volatile @Nullable Runnable onInterrupt;
  private boolean leaving;
  private boolean lineOpen;
  private boolean dimmed;

  /**
   * How it looks.
   *
   * @param colour whether parts are dimmed, bold or red
   * @param quiet whether notes are left out
   */
  record Look(boolean colour, boolean quiet) {}

  /**
   * @param history file that remembers lines, or null for none
   */
  ChatTerminal(Terminal terminal, Look look, Completer completer, @Nullable Path history) {
    this.terminal = terminal;
    this.look = look;
    this.out = terminal.writer();
    DefaultParser parser = new DefaultParser();
    parser.setEofOnEscapedNewLine(true);
    parser.setQuoteChars(new char[] {'"'});
    LineReaderBuilder builder =
        LineReaderBuilder.builder()
            .terminal(terminal)
            .appName("ocelli")
            .parser(parser)
            .completer(completer)
            .variable(LineReader.SECONDARY_PROMPT_PATTERN, "  ")
            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
            .option(LineReader.Option.CASE_INSENSITIVE, true);
    if (history != null) {
      builder.variable(LineReader.HISTORY_FILE, history);
    }
    reader = builder.build();
    reader
        .getWidgets()
        .put(
            NEW_LINE,
            () -> {
              reader.getBuffer().write("\n");
              return true;
            });
    KeyMap<Binding> keys = Objects.requireNonNull(reader.getKeyMaps().get(LineReader.MAIN));
    keys.bind(new Reference(NEW_LINE), KeyMap.alt('\r'), KeyMap.alt('\n'));
    terminal.handle(Terminal.Signal.INT, unused -> interrupt());
  }

  private void interrupt() {
    Runnable action = onInterrupt;
    if (action != null) {
      action.run();
    }
  }

  @Override
  public @Nullable String read(String waiting) {
    String mark = "> ";
    String prompt =
        (waiting.isEmpty() ? "" : styled(DIM, "[" + waiting + "] ")) + styled(BOLD, mark);
    while (true) {
      try {
        String line = reader.readLine(prompt);
        leaving = false;
        return line.replace("\\\n", "\n");
      } catch (UserInterruptException e) {
        if (!e.getPartialLine().isBlank()) {
          leaving = false;
        } else if (leaving) {
          return null;
        } else {
          leaving = true;
          line(styled(DIM, "Ctrl-C again or Ctrl-D leaves"));
        }
      } catch (EndOfFileException | IOError e) {
        return null; // Ctrl-D, or the terminal has gone away.
      }
    }
  }

  @Override
  public void piece(String text, boolean reasoning) {
    if (reasoning && look.quiet()) {
      return;
    }
    if (reasoning != dimmed) {
      if (!reasoning && lineOpen) {
        out.print('\n');
      }
      style(reasoning ? DIM : PLAIN);
      dimmed = reasoning;
    }
    out.print(VisibleText.of(text));
    out.flush();
    lineOpen = !text.endsWith("\n");
  }

  @Override
  public void endReply() {
    if (dimmed) {
      style(PLAIN);
      dimmed = false;
    }
    if (lineOpen) {
      out.print('\n');
      lineOpen = false;
    }
    out.flush();
  }

  @Override
  public void say(String text) {
    line(VisibleText.of(text));
  }

  @Override
  public void note(String line) {
    if (!look.quiet()) {
      line(styled(DIM, VisibleText.line(line)));
    }
  }

  @Override
  public void error(String line) {
    line(styled(RED, "error: ") + VisibleText.line(line));
  }

  @Override
  public boolean interactive() {
    return true;
  }

  @Override
  public void onInterrupt(@Nullable Runnable action) {
    onInterrupt = action;
    terminal.echo(action == null); // what is typed meanwhile would show in the middle of the reply
  }

  @Override
  public void close() {
    try {
      terminal.close();
    } catch (java.io.IOException e) {
      throw new OcelliException(
          OcelliException.Kind.RESOURCE,
          "the terminal cannot be restored (" + e.getMessage() + "); run 'reset'",
          e);
    }
  }

  private void line(String text) {
    out.print(text + "\n");
    out.flush();
  }

  private String styled(String style, String text) {
    return look.colour() ? style + text + PLAIN : text;
  }

  private void style(String style) {
    if (look.colour()) {
      out.print(style);
    }
  }
}
