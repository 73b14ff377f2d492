/** Groups of options that several commands share, and how their values are written. */
@NullMarked
package dev.ocelli.cli.flags;

import org.jspecify.annotations.NullMarked;
