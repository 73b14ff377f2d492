/** Regions of pictures: located in pixels and pages, drawn, and written as PNG and JSON. */
@NullMarked
package dev.ocelli.media.draw;

import org.jspecify.annotations.NullMarked;
