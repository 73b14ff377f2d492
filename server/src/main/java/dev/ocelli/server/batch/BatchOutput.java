package dev.ocelli.server.batch;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The answers of a batch as lines of a file, in the order of the requests. The checkpoint has them
 * all; the file is made from it, so that neither a line is missing nor one there twice, wherever
 * the program was killed.
 */
public final class BatchOutput implements AutoCloseable {
  private static final int PAGE = 256;

  private final Checkpoint checkpoint;
  private final Function<Checkpoint.Finished, String> form;
  private final LineFile good;
  private final @Nullable LineFile bad;
  private long next;

  /**
   * Opens the files and brings them to what the checkpoint says.
   *
   * @param errors file for answers that are errors, or null for the same one
   * @param form an answer as a line, without line end
   * @throws dev.ocelli.engine.OcelliException (RESOURCE) when they cannot be written
   */
  public BatchOutput(
      Checkpoint checkpoint,
      Path output,
      @Nullable Path errors,
      Function<Checkpoint.Finished, String> form) {
    this.checkpoint = checkpoint;
    this.form = form;
    this.good = new LineFile(output);
    this.bad = errors == null ? null : new LineFile(errors);
    advance();
    good.cut();
    if (bad != null) {
      bad.cut();
    }
  }

  /** Writes the answers that are next in order. */
  synchronized void advance() {
    List<Checkpoint.Finished> page;
    do {
      page = checkpoint.finished(next, PAGE);
      for (Checkpoint.Finished f : page) {
        LineFile to = bad == null || f.answer().good() ? good : bad;
        to.put((form.apply(f) + "\n").getBytes(StandardCharsets.UTF_8));
        next = f.item().number() + 1;
      }
    } while (page.size() == PAGE);
  }

  /** Writes what there is and has it reach the disk. */
  public synchronized void settle() {
    advance();
    good.force();
    if (bad != null) {
      bad.force();
    }
  }

  @Override
  public synchronized void close() {
    good.close();
    if (bad != null) {
      bad.close();
    }
  }
}
