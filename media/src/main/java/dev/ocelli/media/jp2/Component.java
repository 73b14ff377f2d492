package dev.ocelli.media.jp2;

/**
 * One component of a picture.
 *
 * @param bits of a sample, 1 to 16
 * @param signed whether samples are around 0; they are shifted to be positive
 * @param dx columns of the reference grid for a sample
 * @param dy rows of the reference grid for a sample
 */
record Component(int bits, boolean signed, int dx, int dy) {}
