package dev.ocelli.engine.kernels;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The KV cache of one sequence as kernels see it: token i lies in block {@code i / 64}, slot {@code
 * i % 64}.
 */
public interface KvView {
  /** The layout of every block. */
  KvLayout layout();

  /** The blocks in order; enough of them for every token written or read. */
  List<MemorySegment> blocks();
}
