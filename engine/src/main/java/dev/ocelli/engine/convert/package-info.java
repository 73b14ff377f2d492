/** Hugging Face snapshots to GGUF files, as llama.cpp's converter writes them. */
@NullMarked
package dev.ocelli.engine.convert;

import org.jspecify.annotations.NullMarked;
