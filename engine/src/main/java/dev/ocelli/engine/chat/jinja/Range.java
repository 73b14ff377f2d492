package dev.ocelli.engine.chat.jinja;

import java.util.AbstractList;

/** Python's {@code range}. */
final class Range extends AbstractList<Object> {
  // As many as Jinja's sandbox allows.
  private static final long MAX_LENGTH = 100_000;

  private final long start;
  private final long stop;
  private final long step;
  private final int size;

  Range(long start, long stop, long step) {
    if (step == 0) {
      throw new Fault("range() needs a step that is not zero");
    }
    this.start = start;
    this.stop = stop;
    this.step = step;
    double span = ((double) stop - start) / step;
    if (span > MAX_LENGTH) {
      throw new Fault("range() is limited to " + MAX_LENGTH + " numbers");
    }
    this.size = (int) Math.max(0, Math.ceil(span));
  }

  @Override
  public Object get(int index) {
    return start + index * step;
  }

  @Override
  public int size() {
    return size;
  }

  String written() {
    return "range(" + start + ", " + stop + (step == 1 ? "" : ", " + step) + ")";
  }
}
