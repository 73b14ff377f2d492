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

  /** The number of language-model tokens when {@code merge x merge} patches become one. */
  public int tokens(int merge) {
    return patches() / (merge * merge);
  }
}
