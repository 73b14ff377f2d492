package dev.ocelli.media;

/**
 * A rectangle on a page as it is shown, in points (1/72 inch) from its upper left corner.
 *
 * @param left at most {@code right}
 * @param top at most {@code bottom}
 */
public record PageBox(double left, double top, double right, double bottom) {}
