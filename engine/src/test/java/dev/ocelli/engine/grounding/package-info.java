@NullMarked
package dev.ocelli.engine.grounding;

import org.jspecify.annotations.NullMarked;
