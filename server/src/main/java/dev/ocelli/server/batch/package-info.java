/** Many requests from a file: a checkpoint of what is answered, workers, and the output. */
@NullMarked
package dev.ocelli.server.batch;

import org.jspecify.annotations.NullMarked;
