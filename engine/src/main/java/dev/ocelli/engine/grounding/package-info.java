/** Where replies point to: boxes and points read out of texts and carried back to pictures. */
@NullMarked
package dev.ocelli.engine.grounding;

import org.jspecify.annotations.NullMarked;
