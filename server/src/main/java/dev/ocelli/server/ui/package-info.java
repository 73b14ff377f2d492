/** The page that a browser shows: its files, and the libraries that it uses. */
@NullMarked
package dev.ocelli.server.ui;

import org.jspecify.annotations.NullMarked;
