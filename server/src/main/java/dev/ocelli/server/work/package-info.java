/** Requests to the engine: slots, the fair queue before them, cancelling. */
@NullMarked
package dev.ocelli.server.work;

import org.jspecify.annotations.NullMarked;
