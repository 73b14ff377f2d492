@NullMarked
package dev.ocelli.media;

import org.jspecify.annotations.NullMarked;
