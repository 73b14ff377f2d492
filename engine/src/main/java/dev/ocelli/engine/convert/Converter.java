package dev.ocelli.engine.convert;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.gguf.GgufWriter;
import dev.ocelli.engine.gguf.OutputFile;
import dev.ocelli.engine.kernels.Workers;
import dev.ocelli.engine.quantize.FileType;
import dev.ocelli.engine.quantize.PlannedTensor;
import dev.ocelli.engine.quantize.TensorEncoder;
import dev.ocelli.engine.safetensors.HfConfig;
import dev.ocelli.engine.safetensors.SafetensorsModel;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Printable;
import dev.ocelli.engine.tensor.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Writes the language model or the vision tower of a snapshot as a GGUF file: keys, names, order
 * and types of llama.cpp's converter. FP8 weights are multiplied with their factors.
 *
 * <p>Tensors are read and written some rows at a time; only the patch embedding and the experts of
 * a layer, which lie otherwise in a snapshot, are copied in memory one by one.
 */
public final class Converter {
  /** The version of the formats of blocks, {@code GGML_QNT_VERSION}. */
  private static final int FORMAT_VERSION = 2;

  private static final int FRAMES = 2;

  private final SafetensorsModel model;
  private final ConvertOptions options;
  private final FileType type;
  private final List<ConvertedTensor> tensors;
  private final GgufWriter metadata = new GgufWriter();

  /** Hears of every tensor when it is written. */
  @FunctionalInterface
  public interface Progress {
    /** So many tensors are written. */
    void written(int count);
  }

  /**
   * Decides what is written, and reads all but the weights.
   *
   * @param model stays open as long as this is used
   * @throws OcelliException when a file or tensor is missing, or fits no GGUF file
   */
  public Converter(SafetensorsModel model, ConvertOptions options) {
    this.model = model;
    this.options = options;
    HfConfig config = model.config();
    check(config);
    List<SafetensorsModel.Outline> sources = sources();
    type = options.type().orElseGet(() -> guess(sources));
    tensors =
        sources.stream()
            .map(s ->
                new ConvertedTensor(
                    s.name(), s.shape(), s.type(), TensorTypes.of(s.name(), s.shape(), type)))
            .toList();
    requireComplete(
        options.vision() ? ExpectedTensors.ofVision(config) : ExpectedTensors.ofText(config));
    metadata();
  }

  private void check(HfConfig config) {
    HfConfig.Moe moe = config.text().moe();
    if (moe != null && (moe.step() != 1 || moe.denseLayers().length > 0)) {
      throw error(
          config.origin(),
          "fields 'decoder_sparse_step' and 'mlp_only_layers' make some layers dense, which GGUF files of qwen3vlmoe cannot say; run the snapshot as it is");
    }
    if (config.vision().temporalPatch() != FRAMES) {
      throw error(
          config.origin(),
          "field 'vision_config.temporal_patch_size' is %d, but GGUF files hold patches of 2 frames; run the snapshot as it is"
              .formatted(config.vision().temporalPatch()));
    }
  }

  /** In the order of the converter: file by file, by the names in the files. */
  private List<SafetensorsModel.Outline> sources() {
    List<SafetensorsModel.Outline> all = new ArrayList<>();
    for (SafetensorsModel.Outline o : model.outlines()) {
      boolean vision = o.name().startsWith("v.") || o.name().startsWith("mm.");
      if (vision == options.vision() && !o.name().endsWith(".rotary_emb.inv_freq")) {
        all.add(o);
      }
    }
    all.sort(
        Comparator.comparing((SafetensorsModel.Outline o) -> o.from().origin())
            .thenComparing(o -> o.from().name()));
    return all;
  }

  /** The type of the first matrix that is of half precision; FP8 weights say nothing. */
  private static FileType guess(List<SafetensorsModel.Outline> sources) {
    for (SafetensorsModel.Outline o : sources) {
      if (o.shape().length >= 2 && o.type() == DType.BF16) {
        return FileType.BF16;
      }
      if (o.shape().length >= 2 && o.type() == DType.F16) {
        return FileType.F16;
      }
    }
    return FileType.F16;
  }

  private void requireComplete(Map<String, long[]> expected) {
    for (ConvertedTensor t : tensors) {
      long[] shape = expected.remove(t.name());
      if (shape == null) {
        throw error(
            model.origin(),
            "tensor '%s' is none of the model that config.json describes; keep only one model's files in the folder"
                .formatted(Printable.of(t.name())));
      }
      if (!Arrays.equals(shape, t.shape())) {
        throw error(
            model.origin(),
            "tensor '%s' has shape %s, but config.json asks for %s; the files do not belong together"
                .formatted(t.name(), Arrays.toString(t.shape()), Arrays.toString(shape)));
      }
    }
    if (!expected.isEmpty()) {
      throw error(
          model.origin(),
          "tensor '%s'%s is missing; download the model completely"
              .formatted(
                  expected.keySet().iterator().next(),
                  expected.size() == 1 ? "" : " (and " + (expected.size() - 1) + " more)"));
    }
  }

  private void metadata() {
    HfConfig config = model.config();
    GeneralMetadata general = new GeneralMetadata(metadata, model.folder(), tensors);
    if (options.vision()) {
      general.write("clip", "mmproj", options.name());
      VisionMetadata.write(metadata, config, model.folder(), type);
      metadata.put("general.quantization_version", FORMAT_VERSION);
      return;
    }
    String architecture = config.text().moe() == null ? "qwen3vl" : "qwen3vlmoe";
    general.write(architecture, "model", options.name());
    new TextMetadata(metadata, architecture, config).write(type);
    metadata.put("general.quantization_version", FORMAT_VERSION);
    new TokenizerMetadata(model.folder(), config.text().vocabulary()).write(metadata);
  }

  /** The type of the file, chosen where none was asked for. */
  public FileType type() {
    return type;
  }

  /** What is written, in this order. */
  public List<ConvertedTensor> tensors() {
    return tensors;
  }

  /**
   * Writes the file; it appears under its name when it is complete. A converter writes once.
   *
   * @throws OcelliException when a value is no number or too large for the type, or the disk is
   *     full
   */
  public void write(OutputFile file, Workers workers, Progress progress) {
    for (int i = 0; i < tensors.size(); i++) {
      ConvertedTensor t = tensors.get(i);
      int count = i + 1;
      metadata.tensor(
          t.name(),
          t.type(),
          t.shape(),
          out -> {
            write(t, workers, out);
            progress.written(count);
          });
    }
    metadata.write(file);
  }

  private void write(ConvertedTensor t, Workers workers, OutputStream out) throws IOException {
    Tensor source = model.get(t.name());
    if (source.type() == t.type()) {
      TensorEncoder.copy(source, out);
    } else {
      PlannedTensor planned = new PlannedTensor(source, t.type(), t.type(), false);
      new TensorEncoder(planned, null, workers).writeTo(out);
    }
  }

  private static OcelliException error(String origin, String problem) {
    return new OcelliException(Kind.MODEL, origin + ": " + problem);
  }
}
