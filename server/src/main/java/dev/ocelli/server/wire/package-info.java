/** What goes over the wire: JSON, schemas that name what is unknown or of a wrong type, errors. */
@NullMarked
package dev.ocelli.server.wire;

import org.jspecify.annotations.NullMarked;
