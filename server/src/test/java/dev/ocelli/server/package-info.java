/** Tests of the server over real HTTP, with the embedded model. */
@NullMarked
package dev.ocelli.server;

import org.jspecify.annotations.NullMarked;
