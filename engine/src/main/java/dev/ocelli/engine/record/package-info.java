/** Audit records of replies: what made a reply, written down, read again and computed again. */
@NullMarked
package dev.ocelli.engine.record;

import org.jspecify.annotations.NullMarked;
