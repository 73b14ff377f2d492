package dev.ocelli.engine.kernels.jit;

/**
 * How 32 consecutive values of 16 rows lie in packed weights: as chunks of 4 values, so that lane r
 * of a chunk's vector has the 4 bytes of row r that one dot product instruction takes. Narrow
 * values share vectors, in bit planes that a shift and a mask bring into place.
 *
 * <p>Vectors are listed in memory order, 64 bytes each; {@code n} has the low 4 bits (or all) of
 * two chunks, the lower chunk in the low half of each byte.
 */
enum Unit {
  /** Two vectors: chunks 0-3, chunks 4-7; chunk c at bit {@code 2 (c % 4)}. */
  BITS2(128),
  /** Top bits (chunk c at bit c), then as {@link #BITS2}. */
  BITS3(192),
  /** Four vectors n; vector v has chunks v and v + 4, as in GGUF blocks of 32. */
  BITS4(256),
  /** Four vectors n; vector v has chunks 2v and 2v + 1, so that chunks come in order. */
  BITS4_IN_ORDER(256),
  /** Top bits (chunk c at bit c), then as {@link #BITS4}. */
  BITS5(320),
  /**
   * For chunks 0-3, then 4-7: top two bits (chunk c at bit {@code 2 (c % 4)}), then two vectors n;
   * vector v has chunks 2v and 2v + 1.
   */
  BITS6(384),
  /** Eight vectors, a chunk each. */
  BITS8(512);

  /** Values of a unit. */
  static final int VALUES = 32;

  /** Chunks of a unit. */
  static final int CHUNKS = 8;

  private final int bytes;

  Unit(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes for 16 rows. */
  int bytes() {
    return bytes;
  }
}
