@NullMarked
package dev.ocelli.engine.extract;

import org.jspecify.annotations.NullMarked;
