@NullMarked
package dev.ocelli.engine;

import org.jspecify.annotations.NullMarked;
