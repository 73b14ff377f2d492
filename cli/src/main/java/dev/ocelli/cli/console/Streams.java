package dev.ocelli.cli.console;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * What a command reads from and writes to.
 *
 * @param in standard input
 * @param out standard output: answers and tables, nothing else
 * @param err standard error: reports, progress and errors
 * @param inTerminal whether a person types the input
 * @param errTerminal whether a person sees the reports while they are made
 */
public record Streams(
    InputStream in, Output out, PrintStream err, boolean inTerminal, boolean errTerminal) {

  /** Those of the process, in UTF-8. */
  public static Streams standard() {
    PrintStream err =
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
    System.setErr(err);
    return new Streams(
        System.in,
        new Output(new FileOutputStream(FileDescriptor.out)),
        err,
        Terminals.isTerminal(0),
        Terminals.isTerminal(2));
  }
}
