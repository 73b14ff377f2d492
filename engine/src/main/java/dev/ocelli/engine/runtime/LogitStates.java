package dev.ocelli.engine.runtime;

import dev.ocelli.engine.lora.AdapterSet;
import dev.ocelli.engine.tensor.Floats;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/**
 * Makes logits of the states of a prompt's tokens. The layers run for as many tokens at once as in
 * any prompt, but logits of {@link PromptLogits#ROWS} tokens exist at a time: of a whole chunk they
 * would be hundreds of megabytes.
 */
final class LogitStates implements PromptStates, AutoCloseable {
  private final Engine engine;
  private final AdapterSet adapters;
  private final int first;
  private final PromptLogits target;
  private final Arena arena = Arena.ofShared();
  private final Floats states;
  private final Floats logits;

  /**
   * @param adapters of the sequence
   * @param rows most rows of a piece
   * @param first index of the first token whose logits are wanted
   */
  LogitStates(Engine engine, AdapterSet adapters, int rows, int first, PromptLogits target) {
    this.engine = engine;
    this.adapters = adapters;
    this.first = first;
    this.target = target;
    var text = engine.files().config().text();
    this.states = Floats.allocate(arena, rows, text.hidden());
    this.logits = Floats.allocate(arena, Math.min(rows, PromptLogits.ROWS), text.vocabulary());
  }

  /** Bytes that one for pieces of so many rows allocates. */
  static long bytes(int rows, int hidden, int vocabulary) {
    return 4L * rows * hidden + 4L * Math.min(rows, PromptLogits.ROWS) * vocabulary;
  }

  @Override
  public int reusable() {
    return first;
  }

  @Override
  public @Nullable Floats place(int from, int to, boolean last) {
    int wanted = to - Math.max(from, first);
    return wanted <= 0 ? null : states.slice(0, wanted);
  }

  @Override
  public void add(int from, int to, boolean last) {
    int begin = Math.max(from, first);
    for (int at = begin; at < to; at += logits.rows()) {
      int end = Math.min(to, at + logits.rows());
      Floats out = logits.slice(0, end - at);
      engine.head(states.slice(at - begin, end - begin), adapters, out);
      target.take(at, out, engine.team());
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
