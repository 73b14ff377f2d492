@NullMarked
package dev.ocelli.media.video;

import org.jspecify.annotations.NullMarked;
