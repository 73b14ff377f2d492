package dev.ocelli.engine.vision;

/**
 * A picture's or clip's patches: {@code grid_thw} of the reference.
 *
 * @param t temporal patches (pairs of frames); 1 for a picture
 * @param h rows of 16-pixel patches
 * @param w columns of patches
 */
public record Grid(int t, int h, int w) {
  /** The number of patches. */
  public int patches() {
    return Math.multiplyExact(Math.multiplyExact(t, h), w);
  }

  /**
   * The temporal patches that are encoded at once, so that neither rows nor activations of a long
   * clip are in memory together: as many as have {@code most} patches, but at least one. Attention
   * stays within a temporal patch, so results do not depend on it.
   */
  public Grid group(int most) {
    long perFrame = Math.max(1, (long) h * w);
    return new Grid((int) Math.clamp(most / perFrame, 1, Math.max(1, t)), h, w);
  }

  /** The number of language-model tokens when {@code merge x merge} patches become one. */
  public int tokens(int merge) {
    return patches() / (merge * merge);
  }
}
