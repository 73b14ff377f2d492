/** Fields out of pictures: schemas to constrained replies, replies to values with confidence. */
@NullMarked
package dev.ocelli.engine.extract;

import org.jspecify.annotations.NullMarked;
