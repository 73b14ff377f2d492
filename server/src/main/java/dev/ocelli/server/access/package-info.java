/** Who may ask, and how much: API keys and quotas. */
@NullMarked
package dev.ocelli.server.access;

import org.jspecify.annotations.NullMarked;
