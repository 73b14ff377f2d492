/** The command that starts the server. */
@NullMarked
package dev.ocelli.cli.serve;

import org.jspecify.annotations.NullMarked;
