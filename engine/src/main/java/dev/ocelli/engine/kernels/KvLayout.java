package dev.ocelli.engine.kernels;

import dev.ocelli.engine.tensor.DType;

/**
 * How keys and values of {@link #BLOCK_TOKENS} consecutive tokens lie in one block of the KV cache.
 *
 * <p>A block holds all layers. Order: layer, then K or V, then head; so what one head needs for one
 * block is contiguous. The values of a head are {@code [token][headDim]}, its keys transposed,
 * {@code [headDim][token]}: a vector then holds the same component of neighbouring keys, and a
 * score is summed in a lane of its own. Attention folds keys block by block in this order whatever
 * is asked for, which makes its result independent of chunk and batch sizes.
 *
 * @param layers layers of the language model
 * @param heads key-value heads
 * @param headDim values of a head
 * @param keyType F16, F32 or Q8_0
 * @param valueType F16, F32 or Q8_0; see {@link CacheQ8} for how the latter lies
 */
public record KvLayout(int layers, int heads, int headDim, DType keyType, DType valueType) {
  /** Tokens of a block; also the number of keys that attention folds at once. */
  public static final int BLOCK_TOKENS = 64;

  /** Bytes of one head's keys in a block. */
  public long keyHeadBytes() {
    return keyType.bytes((long) BLOCK_TOKENS * headDim);
  }

  /** Bytes of one head's values in a block. */
  public long valueHeadBytes() {
    return valueType.bytes((long) BLOCK_TOKENS * headDim);
  }

  /** Bytes of one block. */
  public long blockBytes() {
    return (keyHeadBytes() + valueHeadBytes()) * heads * layers;
  }

  /** Byte offset in a block of the keys of a head in a layer. */
  public long keyOffset(int layer, int head) {
    return layer * (keyHeadBytes() + valueHeadBytes()) * heads + head * keyHeadBytes();
  }

  /** Byte offset in a block of the values of a head in a layer. */
  public long valueOffset(int layer, int head) {
    return layer * (keyHeadBytes() + valueHeadBytes()) * heads
        + heads * keyHeadBytes()
        + head * valueHeadBytes();
  }
}
