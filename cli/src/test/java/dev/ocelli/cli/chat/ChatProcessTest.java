package dev.ocelli.cli.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The finished program in a terminal, which util-linux's {@code script} gives it. */
class ChatProcessTest {
  private static final Path JAR = Path.of("target", "ocelli.jar").toAbsolutePath();
  private static final Path RING =
      Path.of("..", "examples", "ring-heart.png").toAbsolutePath().normalize();

  /** What the line editor begins each line with: pasted lines are to be marked. */
  private static final String PROMPT = "\u001b[?2004h";

  @TempDir Path folder;

  /** A program in a terminal of its own. */
  private static final class Screen implements AutoCloseable {
    private final Process process;
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private int seen;

    Screen(Path home, String command) throws IOException {
      // No shell stays in front of the program: a POSIX shell ends by Ctrl-C, although its child
      // goes
      // on. And a build that runs in the background has taught its children to ignore Ctrl-C.
      String exec = "exec env --default-signal=INT " + command;
      ProcessBuilder builder =
          new ProcessBuilder("script", "-qefc", exec, "/dev/null")
              .directory(home.toFile())
              .redirectErrorStream(true);
      builder.environment().put("HOME", home.toString());
      builder.environment().remove("XDG_STATE_HOME");
      builder.environment().put("OCELLI_AOT", "off");
      builder.environment().put("TERM", "xterm");
      process = builder.start();
      Thread.ofVirtual().start(this::read);
    }

    private void read() {
      try (InputStream in = process.getInputStream()) {
        byte[] bytes = new byte[4096];
        for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
          shown.write(bytes, 0, n);
        }
      } catch (IOException e) {
        // The program has ended, and its terminal with it.
      }
    }

    void type(String keys) throws IOException {
      OutputStream out = process.getOutputStream();
      out.write(keys.getBytes(StandardCharsets.UTF_8));
      out.flush();
    }

    /** Waits until a text is shown behind what was waited for before. */
    void waitFor(String text) throws InterruptedException {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(40);
      int at = shown().indexOf(text, seen);
      while (at < 0) {
        assertThat(System.nanoTime()).as("no '%s' in %s", text, shown()).isLessThan(end);
        Thread.sleep(20);
        at = shown().indexOf(text, seen);
      }
      seen = at + text.length();
    }

    String shown() {
      return shown.toString(StandardCharsets.UTF_8);
    }

    int exitCode() throws InterruptedException {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(shown()).isTrue();
      return process.exitValue();
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  private static boolean succeeds(String command) throws Exception {
    return new ProcessBuilder("sh", "-c", command).start().waitFor() == 0;
  }

  private static void requireTerminal() throws Exception {
    boolean linux = System.getProperty("os.name").equals("Linux");
    assumeTrue(linux && succeeds("command -v script"), "script of util-linux is not installed");
    assumeTrue(succeeds("env --default-signal=INT true"), "env is not that of GNU coreutils");
  }

  /** The jar starts a second Java here: neither of the two may end by Ctrl-C. */
  @Test
  void interruptsStopTheReplyAndNotTheProgram() throws Exception {
    requireTerminal();
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String command = "'%s' -jar '%s' chat --ignore-eos -n -1 --loop-guard off".formatted(java, JAR);
    try (Screen screen = new Screen(folder, command)) {
      screen.waitFor("Ctrl-D leaves");
      screen.waitFor(PROMPT);
      screen.type("@" + RING + " Describe this image.\r");
      screen.waitFor("There are two objects");
      screen.type("\u0003");
      screen.waitFor("stopped; what came is kept");
      screen.waitFor(PROMPT);
      screen.type("/set predict=8\r");
      screen.waitFor("max_tokens=8");
      screen.waitFor(PROMPT);
      screen.type("\u0003");
      screen.waitFor("Ctrl-C again");
      screen.waitFor(PROMPT);
      screen.type("What color is the background?\r");
      screen.waitFor("8 tokens (");
      screen.waitFor("reused)");
      screen.waitFor(PROMPT);
      screen.type("\u0004");
      assertThat(screen.exitCode()).as(screen.shown()).isZero();
      assertThat(screen.shown()).doesNotContain("WARNING").doesNotContain("Exception");
    }
    Path history = folder.resolve(".local/state/ocelli/chat_history");
    assertThat(Files.readString(history)).contains("What color is the background?");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(history)))
        .isEqualTo("rw-------");
  }
}
