@NullMarked
package dev.ocelli.engine.sampling;

import org.jspecify.annotations.NullMarked;
