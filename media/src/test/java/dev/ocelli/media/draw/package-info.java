@NullMarked
package dev.ocelli.media.draw;

import org.jspecify.annotations.NullMarked;
