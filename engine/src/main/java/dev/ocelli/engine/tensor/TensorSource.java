package dev.ocelli.engine.tensor;

import dev.ocelli.engine.OcelliException;
import java.lang.foreign.MemorySegment;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gives the tensors of a model by name, whatever file format they lie in. */
public interface TensorSource extends AutoCloseable {

  /** The file or folder, for error messages. */
  String origin();

  /** The tensor of that name, or null. */
  @Nullable Tensor find(String name);

  /** All tensors in the order of the file. */
  Collection<Tensor> tensors();

  /** All tensors as they lie in the files, perhaps with other names; nothing is copied. */
  default Collection<Tensor> fileTensors() {
    return tensors();
  }

  /**
   * The tensor of that name.
   *
   * @throws OcelliException naming the file and the tensor when there is none
   */
  default Tensor get(String name) {
    Tensor t = find(name);
    if (t == null) {
      throw new OcelliException(
          OcelliException.Kind.MODEL,
          "%s: tensor '%s' is missing; the file is incomplete or of another architecture"
              .formatted(origin(), name));
    }
    return t;
  }

  /**
   * A file that was opened, whole.
   *
   * @param name without its folder
   * @param bytes as they were when it was opened
   */
  record FileBytes(String name, MemorySegment bytes) {
    /** The file of a path. */
    public static FileBytes of(String path, MemorySegment bytes) {
      int folder = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
      return new FileBytes(path.substring(folder + 1), bytes);
    }
  }

  /** The files that the tensors lie in, and small ones beside them that replies depend on. */
  List<FileBytes> files();

  /** Bytes of all tensors in the files. */
  default long bytes() {
    long n = 0;
    for (Tensor t : tensors()) {
      n += t.data().byteSize();
    }
    return n;
  }

  /** Releases mappings; tensors must not be used afterwards. */
  @Override
  void close();
}
