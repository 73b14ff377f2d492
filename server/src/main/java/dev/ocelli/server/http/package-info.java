/** How requests come in and answers go out: connections, routes, errors, event streams. */
@NullMarked
package dev.ocelli.server.http;

import org.jspecify.annotations.NullMarked;
