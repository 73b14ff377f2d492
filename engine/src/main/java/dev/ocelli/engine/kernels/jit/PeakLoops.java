package dev.ocelli.engine.kernels.jit;

import dev.ocelli.engine.kernels.Arithmetic;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/** {@link PeakEmitter}'s loops behind checks. Thread-safe. */
public final class PeakLoops {
  /** What is read comes in multiples of so many bytes. */
  public static final int READ_BYTES = PeakEmitter.READ_BYTES;

  /** Bytes of a result. */
  public static final int RESULT_BYTES = 64;

  private static final int READ = Arithmetic.values().length;

  private final boolean bfloat16;
  private final PeakEmitter emitter;
  private final CodeTable codes;

  PeakLoops(Machine machine, Isa isa) {
    bfloat16 = isa.wide() && machine.cpu().avx512Bf16();
    emitter = new PeakEmitter(isa);
    codes = new CodeTable(machine, READ + 1, this::emit);
  }

  private byte[] emit(int number) {
    return number == READ ? emitter.read() : emitter.multiply(Arithmetic.values()[number]);
  }

  /** Whether the processor multiplies like that at this level. */
  public boolean has(Arithmetic arithmetic) {
    return arithmetic != Arithmetic.BFLOAT16 || bfloat16;
  }

  /**
   * Reads memory.
   *
   * @param memory a positive multiple of {@link #READ_BYTES}
   * @param result receives the exclusive or of all lines of 64 bytes
   */
  public void read(MemorySegment memory, MemorySegment result) {
    long bytes = memory.byteSize();
    if (bytes == 0 || bytes % READ_BYTES != 0) {
      throw new IllegalArgumentException(bytes + " bytes are no multiple of " + READ_BYTES);
    }
    Memory.check(memory, bytes);
    Memory.check(result, RESULT_BYTES);
    codes.get(READ).call(memory.address(), bytes / READ_BYTES, result.address(), 0, 0, 0);
    Reference.reachabilityFence(memory);
    Reference.reachabilityFence(result);
  }

  /**
   * Multiplies and adds in registers.
   *
   * @param turns of the loop, at least 1
   * @param result receives sums, of which nothing but that they were made matters
   * @return multiply-adds that were done
   */
  public long multiply(Arithmetic arithmetic, int turns, MemorySegment result) {
    if (turns < 1 || !has(arithmetic)) {
      throw new IllegalArgumentException("%d turns of %s".formatted(turns, arithmetic));
    }
    Memory.check(result, RESULT_BYTES);
    codes.get(arithmetic.ordinal()).call(turns, result.address(), 0, 0, 0, 0);
    Reference.reachabilityFence(result);
    return turns * emitter.multiplyAdds(arithmetic);
  }

  /** Multiply-adds that each lane of a result has seen after so many turns. */
  long laneMultiplyAdds(Arithmetic arithmetic, int turns) {
    return (long) turns * emitter.laneMultiplyAdds(arithmetic);
  }
}
