package dev.ocelli.engine.tensor;

import dev.ocelli.engine.OcelliException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A named tensor as it lies in a model file: nothing is copied or converted.
 *
 * @param name the name in the canonical (GGUF) naming of the model, or the file's own where there
 *     is none
 * @param type how values are encoded
 * @param shape dimensions, outermost first (the order of Hugging Face; GGUF lists them the other
 *     way round), so the last one is contiguous and a matrix is {@code [rows = outputs, columns =
 *     inputs]}
 * @param data exactly the tensor's bytes, little endian, possibly memory-mapped and not aligned
 * @param origin the file, for error messages
 * @param scales factors of the values, where they are a tensor of their own; else null
 */
@SuppressWarnings("ArrayRecordComponent") // identified by name; nobody compares tensors
public record Tensor(
    String name,
    DType type,
    long[] shape,
    MemorySegment data,
    String origin,
    @Nullable BlockScales scales) {

  /** A tensor whose values are what their bits say. */
  public Tensor(String name, DType type, long[] shape, MemorySegment data, String origin) {
    this(name, type, shape, data, origin, null);
  }

  /** The same with factors of the values. */
  public Tensor withScales(BlockScales factors) {
    return new Tensor(name, type, shape, data, origin, factors);
  }

  /** The number of values: the product of all dimensions. */
  public long values() {
    long n = 1;
    for (long d : shape) {
      n *= d;
    }
    return n;
  }

  /** The last dimension: values in a row. */
  public long columns() {
    return shape.length == 0 ? 1 : shape[shape.length - 1];
  }

  /** The product of all dimensions but the last: the number of rows. */
  public long rows() {
    return values() / columns();
  }

  /**
   * Checks the shape and returns this tensor.
   *
   * @throws OcelliException naming file, tensor, the shape found and the shape needed
   */
  public Tensor requireShape(long... expected) {
    if (!java.util.Arrays.equals(shape, expected)) {
      throw new OcelliException(
          OcelliException.Kind.MODEL,
          "%s: tensor '%s' has shape %s, but the model's configuration needs %s; the file does not belong to this model or is damaged"
              .formatted(
                  origin,
                  name,
                  java.util.Arrays.toString(shape),
                  java.util.Arrays.toString(expected)));
    }
    return this;
  }
}
