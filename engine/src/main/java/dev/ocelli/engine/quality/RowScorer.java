package dev.ocelli.engine.quality;

import dev.ocelli.engine.kernels.Workers;
import dev.ocelli.engine.runtime.Prepared;
import dev.ocelli.engine.runtime.PromptLogits;
import dev.ocelli.engine.runtime.Reply;
import dev.ocelli.engine.runtime.Request;
import dev.ocelli.engine.runtime.Session;
import dev.ocelli.engine.sampling.Sampling;
import dev.ocelli.engine.tensor.Floats;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** Hands out rows of logits of a prompt, several at once, to what looks at each on its own. */
final class RowScorer implements PromptLogits {
  /** For prompts that are tokens already. */
  static final Request TOKENS =
      new Request(List.of(), List.of(), List.of(), Sampling.greedy(), 0, List.of(), -1);

  /** Looks at rows. */
  interface Rows {
    /** Rows from one on are about to come. */
    default void begin(int from, int count) throws IOException {}

    /**
     * One row. Called by several threads at once, in no order.
     *
     * @param row counted from the first that was wanted
     * @param logits {@code [vocabulary]}, valid during the call
     */
    void row(int row, float[] logits);

    /** The rows have come. */
    default void end(int from, int count) throws IOException {}
  }

  private final int first;
  private final Rows rows;
  private float[][] buffers = {};

  private RowScorer(int first, Rows rows) {
    this.first = first;
    this.rows = rows;
  }

  /**
   * Computes a prompt and looks at the logits of its tokens from one on.
   *
   * @return whether all were looked at; not when the session was cancelled
   * @throws UncheckedIOException of {@link Rows}
   */
  static boolean score(Session session, Request request, Prepared prompt, int first, Rows rows) {
    Reply reply = session.score(request, prompt, first, new RowScorer(first, rows));
    return reply.finish() != Reply.Finish.CANCELLED;
  }

  @Override
  public void take(int from, Floats logits, Workers team) {
    if (buffers.length == 0) {
      buffers = new float[team.threads()][logits.columns()];
    }
    try {
      rows.begin(from - first, logits.rows());
      team.run(
          logits.rows(),
          (r, worker) -> {
            float[] row = buffers[worker];
            MemorySegment.copy(
                logits.segment(), ValueLayout.JAVA_FLOAT, logits.offset(r), row, 0, row.length);
            rows.row(from - first + r, row);
          });
      rows.end(from - first, logits.rows());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
