@NullMarked
package dev.ocelli.engine.gguf;

import org.jspecify.annotations.NullMarked;
