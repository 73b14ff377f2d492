package dev.ocelli.engine.kernels.jit;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntFunction;

/** Functions that are emitted when they are first needed, by number. */
final class CodeTable {
  private final AtomicReferenceArray<Code> codes;
  private final Machine machine;
  private final IntFunction<byte[]> emitter;

  CodeTable(Machine machine, int size, IntFunction<byte[]> emitter) {
    this.machine = machine;
    this.codes = new AtomicReferenceArray<>(size);
    this.emitter = emitter;
  }

  Code get(int number) {
    Code c = codes.get(number);
    return c != null ? c : emit(number);
  }

  private synchronized Code emit(int number) {
    Code c = codes.get(number);
    if (c == null) {
      c = machine.load(emitter.apply(number));
      codes.set(number, c);
    }
    return c;
  }
}
