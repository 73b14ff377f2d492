/**
 * The server: a library that prints nothing and reads no environment. {@link
 * dev.ocelli.server.OcelliServer} is its entry.
 */
@NullMarked
package dev.ocelli.server;

import org.jspecify.annotations.NullMarked;
