@NullMarked
package dev.ocelli.engine.safetensors;

import org.jspecify.annotations.NullMarked;
