/** The command that measures a model, and its tables. */
@NullMarked
package dev.ocelli.cli.bench;

import org.jspecify.annotations.NullMarked;
