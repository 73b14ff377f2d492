/** LoRA adapters: low-rank additions to matrices of a model, read from files of their own. */
@NullMarked
package dev.ocelli.engine.lora;

import org.jspecify.annotations.NullMarked;
