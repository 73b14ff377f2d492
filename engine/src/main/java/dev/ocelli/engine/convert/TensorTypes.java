package dev.ocelli.engine.convert;

import dev.ocelli.engine.quantize.FileType;
import dev.ocelli.engine.tensor.DType;

/** Which type every tensor is written in: vectors and what is delicate stay F32. */
final class TensorTypes {
  private static final String ROUTER = "ffn_gate_inp.weight";
  private static final String POSITIONS = "v.position_embd.weight";
  private static final String PATCHES = "v.patch_embd.weight";

  private TensorTypes() {}

  /**
   * The type of a tensor.
   *
   * @param file the type of most tensors
   */
  static DType of(String name, long[] shape, FileType file) {
    if (name.startsWith(PATCHES)) {
      return file == FileType.F16 ? DType.F16 : DType.F32;
    }
    if (shape.length <= 1
        || !name.endsWith(".weight")
        || name.endsWith("_norm.weight")
        || name.endsWith(ROUTER)
        || name.equals(POSITIONS)) {
      return DType.F32;
    }
    boolean fits = shape[shape.length - 1] % file.type().blockValues() == 0;
    return fits ? file.type() : DType.F16;
  }
}
