/**
 * What commands read from and write to: standard streams and terminals, files of the user,
 * progress, exit codes.
 */
@NullMarked
package dev.ocelli.cli.console;

import org.jspecify.annotations.NullMarked;
