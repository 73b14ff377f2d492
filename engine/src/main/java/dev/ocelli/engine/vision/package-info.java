@NullMarked
package dev.ocelli.engine.vision;

import org.jspecify.annotations.NullMarked;
