package dev.ocelli.engine.kernels;

/** What becomes of the weights of a file when a model is loaded. */
public enum LoadMode {
  /** They stay in the mapped file: nothing is copied, and products take longer. */
  MMAP,
  /** They are rearranged into memory of our own, and the file's pages are given back. */
  REPACK,
  /** As {@link #REPACK}, and the system is asked never to swap that memory out. */
  MLOCK
}
