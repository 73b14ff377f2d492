package dev.ocelli.engine.kernels.jit;

/** The last source of a vector instruction: a register or memory. */
sealed interface Operand permits Vec, Mem {}
