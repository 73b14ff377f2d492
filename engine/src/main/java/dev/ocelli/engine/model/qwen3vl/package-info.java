@NullMarked
package dev.ocelli.engine.model.qwen3vl;

import org.jspecify.annotations.NullMarked;
