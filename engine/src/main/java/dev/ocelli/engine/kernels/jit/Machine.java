package dev.ocelli.engine.kernels.jit;

import java.lang.foreign.Arena;
import java.util.Optional;

/** This machine as far as emitted code is concerned: its pages and its processor. */
final class Machine {
  private final SystemMemory system;
  private final Cpu cpu;

  private Machine(SystemMemory system, Cpu cpu) {
    this.system = system;
    this.cpu = cpu;
  }

  /** Tries out executable memory and asks the processor. */
  static Machine probe(SystemMemory system) throws Unavailable {
    String arch = System.getProperty("os.arch", "");
    if (!arch.equals("amd64") && !arch.equals("x86_64")) {
      throw new Unavailable("kernels are emitted for x86-64 only, and this processor is " + arch);
    }
    Machine m = new Machine(system, Cpu.detect(system));
    if (!m.cpu.best().isEmitted()) {
      throw new Unavailable("the processor lacks AVX2, FMA or F16C");
    }
    return m;
  }

  Cpu cpu() {
    return cpu;
  }

  /** The target for a level; empty when its instructions are missing here. */
  Optional<Isa> isa(Level level) {
    if (!level.isEmitted() || !cpu.runs(level)) {
      return Optional.empty();
    }
    boolean vexDots = level == Level.AVX_VNNI && cpu.avxVnni();
    return Optional.of(new Isa(level, system.windowsCalls(), vexDots));
  }

  boolean windowsCalls() {
    return system.windowsCalls();
  }

  /** Places code for as long as the process runs. */
  Code load(byte[] machineCode) {
    try {
      return Code.load(system, machineCode, Arena.global());
    } catch (Unavailable e) {
      throw new IllegalStateException("no more executable memory: " + e.reason(), e);
    }
  }
}
