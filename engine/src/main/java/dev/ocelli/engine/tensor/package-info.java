@NullMarked
package dev.ocelli.engine.tensor;

import org.jspecify.annotations.NullMarked;
