/** Models of commands: found, fetched, opened, and asked. */
@NullMarked
package dev.ocelli.cli.model;

import org.jspecify.annotations.NullMarked;
