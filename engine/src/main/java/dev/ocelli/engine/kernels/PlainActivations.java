package dev.ocelli.engine.kernels;

import dev.ocelli.engine.tensor.Floats;
import java.lang.foreign.MemorySegment;

/** Float32 rows as they are. */
final class PlainActivations implements ActivationFormat {
  static final PlainActivations INSTANCE = new PlainActivations();

  private PlainActivations() {}

  @Override
  public String name() {
    return "f32";
  }

  @Override
  public long bytes(int columns, int rows) {
    return 0;
  }

  @Override
  public void encode(Floats x, int from, int to, MemorySegment target) {
    throw new IllegalStateException("float32 rows are read in place");
  }
}
