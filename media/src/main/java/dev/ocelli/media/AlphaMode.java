package dev.ocelli.media;

/** What becomes of transparent pixels. */
public enum AlphaMode {
  /** Transparency is ignored: the colour below it is used, as Pillow and the reference do. */
  DROP,
  /** The picture is laid on white paper, as browsers and qwen-vl-utils show it. */
  WHITE
}
