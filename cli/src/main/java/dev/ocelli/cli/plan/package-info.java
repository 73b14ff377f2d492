/** The command that says what a model will cost before it is loaded. */
@NullMarked
package dev.ocelli.cli.plan;

import org.jspecify.annotations.NullMarked;
