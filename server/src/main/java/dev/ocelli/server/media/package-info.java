/** Pictures and clips of requests: data URLs, files under a folder, guarded downloads. */
@NullMarked
package dev.ocelli.server.media;

import org.jspecify.annotations.NullMarked;
