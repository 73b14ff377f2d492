@NullMarked
package dev.ocelli.engine.quant;

import org.jspecify.annotations.NullMarked;
