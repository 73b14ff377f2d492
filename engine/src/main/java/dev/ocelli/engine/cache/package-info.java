/** Files that keep computed things over restarts, and what they are recognised by. */
@NullMarked
package dev.ocelli.engine.cache;

import org.jspecify.annotations.NullMarked;
