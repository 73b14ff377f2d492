@NullMarked
package dev.ocelli.engine.runtime;

import org.jspecify.annotations.NullMarked;
