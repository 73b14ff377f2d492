/** The command that answers many requests: its input, checkpoints and report. */
@NullMarked
package dev.ocelli.cli.batch;

import org.jspecify.annotations.NullMarked;
