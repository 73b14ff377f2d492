@NullMarked
package dev.ocelli.engine.tokenizer;

import org.jspecify.annotations.NullMarked;
