package dev.ocelli.cli.serve;

import dev.ocelli.cli.console.InputFiles;
import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.server.http.AccessRecord;
import dev.ocelli.server.http.Observer;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Writes what a server reports: requests to the access log, faults to standard error. */
final class ServerLog implements Observer, AutoCloseable {
  private final @Nullable PrintStream access;
  private final PrintStream err;

  private ServerLog(@Nullable PrintStream access, PrintStream err) {
    this.access = access;
    this.err = err;
  }

  /**
   * Opens the log.
   *
   * @param file a file to append to, {@code -} for standard error, or null for none
   */
  static ServerLog open(@Nullable String file, PrintStream err) {
    if (file == null || file.equals("-")) {
      return new ServerLog(file == null ? null : err, err);
    }
    Path path = InputFiles.path(file);
    try {
      return new ServerLog(
          new PrintStream(
              Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND),
              true,
              StandardCharsets.UTF_8),
          err);
    } catch (IOException e) {
      throw new OcelliException(
          Kind.RESOURCE,
          "%s: cannot be written (%s); name another --access-log".formatted(path, e.getMessage()),
          e);
    }
  }

  @Override
  public void access(AccessRecord record) {
    PrintStream out = access;
    if (out != null) {
      out.println(record.line());
    }
  }

  @Override
  public void fault(String requestId, Throwable fault) {
    StringWriter trace = new StringWriter();
    fault.printStackTrace(new PrintWriter(trace));
    err.print("internal error in %s, please report it: %s".formatted(requestId, trace));
  }

  @Override
  public void close() {
    PrintStream out = access;
    if (out != null && !out.equals(err)) {
      out.close();
    }
  }
}
