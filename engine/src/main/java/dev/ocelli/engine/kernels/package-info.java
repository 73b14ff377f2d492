@NullMarked
package dev.ocelli.engine.kernels;

import org.jspecify.annotations.NullMarked;
