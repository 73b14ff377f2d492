package dev.ocelli.cli.console;

import java.io.Writer;

/** Lets picocli write its help to our standard output. */
public final class LineSink extends Writer {
  private final Output out;

  public LineSink(Output out) {
    this.out = out;
  }

  @Override
  public void write(char[] buffer, int offset, int length) {
    out.print(new String(buffer, offset, length));
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
