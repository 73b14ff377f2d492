/** Benchmarks of kernels with JMH; see bench/README.md. */
@NullMarked
package dev.ocelli.bench;

import org.jspecify.annotations.NullMarked;
