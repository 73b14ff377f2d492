/**
 * Kernels as x86-64 machine code that Java writes at run time.
 *
 * <p>{@link dev.ocelli.engine.kernels.jit.EmittedKernels} is the way in. Below it: {@code Asm}
 * encodes instructions, {@code ExecutableMemory} makes them runnable (pages are never writable and
 * executable at once), {@code Cpu} says which instructions there are, and one class a kernel family
 * writes the loops. Each family defines its arithmetic exactly, so that a scalar twin in the tests
 * gives equal bits.
 */
@NullMarked
package dev.ocelli.engine.kernels.jit;

import org.jspecify.annotations.NullMarked;
