/** The chat in a terminal: its commands, its look, its files. */
@NullMarked
package dev.ocelli.cli.chat;

import org.jspecify.annotations.NullMarked;
