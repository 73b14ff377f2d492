/** The APIs: each translates between its own JSON and the neutral request. */
@NullMarked
package dev.ocelli.server.api;

import org.jspecify.annotations.NullMarked;
