package dev.ocelli.media;

/**
 * A place on a page or picture; which unit and origin, its user says.
 *
 * @param x from the left
 * @param y from the top, or upward from the bottom in a PDF's own space
 */
public record PagePoint(double x, double y) {}
