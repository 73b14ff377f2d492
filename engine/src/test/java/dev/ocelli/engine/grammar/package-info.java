@NullMarked
package dev.ocelli.engine.grammar;

import org.jspecify.annotations.NullMarked;
