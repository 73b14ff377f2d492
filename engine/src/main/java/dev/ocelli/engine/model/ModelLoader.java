package dev.ocelli.engine.model;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.kernels.Matrix;
import dev.ocelli.engine.kernels.Weights;
import dev.ocelli.engine.model.qwen3vl.Qwen3VlConfig;
import dev.ocelli.engine.model.qwen3vl.Qwen3VlWeights;
import dev.ocelli.engine.tensor.Floats;
import dev.ocelli.engine.tensor.Tensor;
import dev.ocelli.engine.tensor.TensorSource;
import java.lang.foreign.Arena;
import java.util.concurrent.atomic.AtomicLong;

/** Makes a model's weights ready to compute with. */
public final class ModelLoader {
  private ModelLoader() {}

  /** Follows loading: {@code done} of {@code total} bytes of weights are ready. */
  public interface Progress {
    /** Nothing is listened to. */
    Progress NONE = (done, total) -> {};

    /** Some more bytes are ready. */
    void reached(long done, long total);
  }

  /**
   * Loads all weights.
   *
   * @param weights chooses kernels and converts
   * @param arena owns small tensors that are put together here
   * @throws OcelliException when a tensor is missing or has the wrong shape
   */
  public static Model load(ModelFiles files, Weights weights, Arena arena, Progress progress) {
    return load(files, weights, weights, arena, progress);
  }

  /** The same with other kernels for the vision tower. */
  public static Model load(
      ModelFiles files, Weights weights, Weights visionWeights, Arena arena, Progress progress) {
    Qwen3VlConfig config = files.config();
    TensorSource vision = files.vision();
    long total =
        files.language().bytes()
            + (vision == null || vision == files.language() ? 0 : vision.bytes());
    AtomicLong done = new AtomicLong();
    Weights counting = new Counting(weights, progress, total, done);
    Qwen3VlWeights.Text text = Qwen3VlWeights.text(files.language(), config.text(), counting);
    Qwen3VlConfig.Vision visionConfig = config.vision();
    Qwen3VlWeights.Vision tower =
        vision == null || visionConfig == null
            ? null
            : Qwen3VlWeights.vision(
                vision, visionConfig, new Counting(visionWeights, progress, total, done), arena);
    return new Model(config, text, tower);
  }

  /** Reports bytes as matrices become ready. */
  private static final class Counting implements Weights {
    private final Weights to;
    private final Progress progress;
    private final long total;
    private final AtomicLong done;

    Counting(Weights to, Progress progress, long total, AtomicLong done) {
      this.done = done;
      this.to = to;
      this.progress = progress;
      this.total = total;
    }

    @Override
    public Matrix matrix(Tensor tensor) {
      Matrix m = to.matrix(tensor);
      count(tensor);
      return m;
    }

    @Override
    public Matrix[] matrices(Tensor tensor) {
      Matrix[] m = to.matrices(tensor);
      count(tensor);
      return m;
    }

    @Override
    public Floats floats(Tensor tensor) {
      Floats f = to.floats(tensor);
      count(tensor);
      return f;
    }

    private void count(Tensor tensor) {
      progress.reached(Math.min(total, done.addAndGet(tensor.data().byteSize())), total);
    }
  }
}
