package dev.ocelli.cli.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jline.terminal.impl.LineDisciplineTerminal;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lines that are typed in a terminal, and what it shows. */
class ChatTerminalContractTest {
  private static final String UP = "\u001bOA";
  private static final String CTRL_C = "\u0003";
  private static final String CTRL_D = "\u0004";

  @TempDir Path folder;

  /** A terminal without a screen. */
  private static final class Typed implements AutoCloseable {
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private final LineDisciplineTerminal terminal;
    final ChatTerminal console;

    Typed(boolean colour, @Nullable Path history) throws Exception {
      terminal = new LineDisciplineTerminal("test", "xterm", shown, StandardCharsets.UTF_8);
      console =
          new ChatTerminal(
              terminal, new ChatTerminal.Look(colour, false), new ChatCompleter(null), history);
    }

    /** What is read when somebody types; keys follow each other when the one before is shown. */
    @Nullable String read(String... keys) throws Exception {
      int before = shown.size();
      CompletableFuture<@Nullable String> line =
          CompletableFuture.supplyAsync(() -> console.read(""));
      waitFor(before);
      for (String key : keys) {
        int size = shown.size();
        terminal.processInputBytes(key.getBytes(StandardCharsets.UTF_8));
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
        while (shown.size() == size && !line.isDone() && System.nanoTime() < end) {
          Thread.sleep(5);
        }
        Thread.sleep(30);
      }
      return line.get(20, TimeUnit.SECONDS);
    }

    /** The same where something is read. */
    String line(String... keys) throws Exception {
      return Objects.requireNonNull(read(keys));
    }

    /** Waits for the prompt. */
    private void waitFor(int from) throws Exception {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
      while (!shown.toString(StandardCharsets.ISO_8859_1).substring(from).contains("> ")) {
        assertThat(System.nanoTime()).as(shown()).isLessThan(end);
        Thread.sleep(5);
      }
    }

    String shown() {
      return shown.toString(StandardCharsets.UTF_8).replace("\r\n", "\n");
    }

    void interrupt() {
      terminal.raise(org.jline.terminal.Terminal.Signal.INT);
    }

    @Override
    public void close() {
      console.close();
    }
  }

  @Test
  void linesAndTheirEnds() throws Exception {
    try (Typed t = new Typed(true, null)) {
      assertThat(t.read("Hello!! $x\r")).isEqualTo("Hello!! $x");
      assertThat(t.read("one\\\r", "two\r")).isEqualTo("one\ntwo");
      assertThat(t.read("one\u001b\rtwo\r")).isEqualTo("one\ntwo");
      assertThat(t.read("\u001b[200~a\nb\n\u001b[201~", "c\r")).isEqualTo("a\nb\nc");
      assertThat(t.read("it's \"so\r")).isEqualTo("it's \"so");
      assertThat(t.read("图\r")).isEqualTo("图");
    }
  }

  @Test
  void controlKeys() throws Exception {
    try (Typed t = new Typed(true, null)) {
      assertThat(t.read("forgotten", CTRL_C, "said\r")).isEqualTo("said");
      assertThat(t.read(CTRL_C, "again\r")).isEqualTo("again");
      assertThat(t.shown()).contains("Ctrl-C again or Ctrl-D leaves");
      assertThat(t.read(CTRL_C, CTRL_C)).isNull();
      assertThat(t.read(CTRL_D)).isNull();
    }
  }

  @Test
  void interruptsReachTheReply() throws Exception {
    try (Typed t = new Typed(true, null)) {
      int[] cancelled = {0};
      t.interrupt();
      t.console.onInterrupt(() -> cancelled[0]++);
      t.interrupt();
      assertThat(cancelled[0]).isEqualTo(1);
      t.console.onInterrupt(null);
      t.interrupt();
      assertThat(cancelled[0]).isEqualTo(1);
    }
  }

  @Test
  void completion() throws Exception {
    Files.createDirectory(folder.resolve("sub"));
    Files.createFile(folder.resolve("sub").resolve("a picture.png"));
    try (Typed t = new Typed(true, null)) {
      assertThat(t.read("/im\t", "x\r")).isEqualTo("/image x");
      assertThat(t.line("/preset cr\t", "\r").strip()).isEqualTo("/preset creative");
      assertThat(t.read("/set top_k", "\r")).isEqualTo("/set top_k");
      String typed = t.line("/image " + folder + "/su\t", "a\t", "\r");
      assertThat(ChatWords.split(typed)).containsExactly("/image", folder + "/sub/a picture.png");
      assertThat(t.line("see @" + folder + "/su\t", "\r").strip())
          .isEqualTo("see @" + folder + "/sub/");
    }
  }

  @Test
  void linesAreRememberedForTheirOwnerAlone() throws Exception {
    Path state = folder.resolve("state");
    Path file =
        Objects.requireNonNull(ChatHistoryFile.path(Map.of("XDG_STATE_HOME", state.toString())));
    assertThat(file).isEqualTo(state.resolve("ocelli").resolve("chat_history"));
    ChatHistoryFile.prepare(file);
    try (Typed t = new Typed(true, file)) {
      t.read("first\r");
      t.read("two\\\r", "lines\r");
    }
    ChatHistoryFile.prepare(file);
    try (Typed t = new Typed(true, file)) {
      assertThat(t.read(UP, "\r")).isEqualTo("two\nlines");
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
        .isEqualTo("rwx------");
    assertThat(ChatHistoryFile.path(Map.of())).isNull();
    assertThat(ChatHistoryFile.path(Map.of("HOME", "/home/x")))
        .isEqualTo(Path.of("/home/x/.local/state/ocelli/chat_history"));
  }

  @Test
  void whatIsShown() throws Exception {
    try (Typed t = new Typed(true, null)) {
      t.console.piece("hm", true);
      t.console.piece("Yes\u001b[2J.", false);
      t.console.endReply();
      t.console.note("a\u001bb");
      t.console.error("x\ny");
      t.console.say("c\u009bd");
      assertThat(t.shown())
          .endsWith(
              "\u001b[2mhm\n\u001b[0mYes\u241B[2J.\n\u001b[2ma\u241Bb\u001b[0m\n\u001b[31merror: \u001b[0mx\u240Ay\nc<U+009B>d\n");
    }
    try (Typed t = new Typed(false, null)) {
      t.console.piece("hm", true);
      t.console.piece("Yes.", false);
      t.console.endReply();
      t.console.error("x");
      assertThat(t.shown()).endsWith("hm\nYes.\nerror: x\n");
    }
  }
}
