package dev.ocelli.nano;

import dev.ocelli.engine.chat.Content;
import dev.ocelli.engine.chat.Message;
import dev.ocelli.engine.model.ModelFiles.PictureRules;
import dev.ocelli.engine.runtime.PlannedMedia;
import dev.ocelli.engine.safetensors.SafetensorsFile;
import dev.ocelli.engine.selftest.ReferenceCase;
import dev.ocelli.engine.selftest.ReferenceCase.Values;
import dev.ocelli.engine.selftest.SelfTest.Tolerances;
import dev.ocelli.engine.tensor.Tensor;
import dev.ocelli.engine.vision.ImageOptions;
import dev.ocelli.engine.vision.ImagePlan;
import dev.ocelli.engine.vision.ImageSize;
import dev.ocelli.engine.vision.PictureSource;
import dev.ocelli.engine.vision.RgbImage;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What transformers computed in float32 with nano's trained weights, for four questions of its
 * evaluation set.
 *
 * <p>Words alone do not notice wrong rotary positions; these numbers do. The weights that are
 * embedded are Q8_0, so their errors are those of the quantization.
 */
public final class NanoReference {
  /** What Q8_0 weights with quantized activations may differ by; they do by half as much. */
  public static final Tolerances QUANTIZED = new Tolerances(1e-6, 0.2, 0.3);

  /**
   * What F16 weights may differ by when the vision tower multiplies bfloat16; they do by half as
   * much and less.
   */
  public static final Tolerances BFLOAT16 = new Tolerances(1e-6, 0.05, 0.03);

  /** A question: its number in the evaluation set and its picture. */
  private static final Map<String, String> CASES =
      Map.of("0000", "000.png", "0016", "003.png", "0054", "010.png", "0112", "020.png");

  private NanoReference() {}

  /**
   * All cases.
   *
   * @param rules nano's rules for pictures
   * @param decoder of 8-bit PNG files
   */
  public static List<ReferenceCase> cases(PictureRules rules, Function<byte[], RgbImage> decoder) {
    return CASES.keySet().stream().sorted().map(id -> read(id, rules, decoder)).toList();
  }

  private static ReferenceCase read(
      String id, PictureRules rules, Function<byte[], RgbImage> decoder) {
    // Dropped with the case: the segment is on the heap and no file is mapped.
    MemorySegment bytes =
        MemorySegment.ofArray(NanoModel.resource("reference/" + id + ".safetensors"));
    SafetensorsFile file = SafetensorsFile.of(bytes, "nano reference " + id);
    String name = CASES.getOrDefault(id, "");
    Picture picture = new Picture(name, decoder.apply(NanoModel.resource("reference/" + name)));
    ImagePlan plan =
        ImagePlan.of(
            new ImageSize(picture.width(), picture.height()),
            ImageOptions.DEFAULT,
            rules.image(),
            rules.spec());
    String prompt = file.metadata().getOrDefault("prompt", "");
    return new ReferenceCase(
        "nano-" + id,
        List.of(Message.user(List.of(new Content.Image(), new Content.Text(prompt)))),
        List.of(new PlannedMedia.Picture(picture, plan)),
        stage -> values(file, stage));
  }

  private static @Nullable Values values(SafetensorsFile file, String stage) {
    return switch (stage) {
      case "input_ids", "position_ids" -> ints(file.get(stage));
      case "greedy_ids" -> ints(file.get("answer_ids"));
      case "image_pixel_values" -> floats(file.get("pixel_values"));
      case "image_merger" -> floats(file.get("vision_merged"));
      case "logits_last" -> floats(file.get("logits_last"));
      case "image_deepstack" ->
          stack(
              floats(file.get("vision_deepstack_0")),
              floats(file.get("vision_deepstack_1")),
              floats(file.get("vision_deepstack_2")));
      default -> null;
    };
  }

  private static Values ints(Tensor t) {
    long[] all = t.data().toArray(ValueLayout.JAVA_LONG_UNALIGNED);
    return new Values(
        shape(t), new float[0], Arrays.stream(all).mapToInt(Math::toIntExact).toArray());
  }

  private static Values floats(Tensor t) {
    return new Values(shape(t), t.data().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED), new int[0]);
  }

  private static Values stack(Values... parts) {
    int size = parts[0].floats().length;
    float[] all = new float[parts.length * size];
    for (int i = 0; i < parts.length; i++) {
      System.arraycopy(parts[i].floats(), 0, all, i * size, size);
    }
    int[] one = parts[0].shape();
    return new Values(new int[] {parts.length, one[0], one[1]}, all, new int[0]);
  }

  private static int[] shape(Tensor t) {
    return Arrays.stream(t.shape()).mapToInt(Math::toIntExact).toArray();
  }

  /** A decoded picture. */
  private record Picture(String name, RgbImage decode) implements PictureSource {
    @Override
    public int width() {
      return decode.width();
    }

    @Override
    public int height() {
      return decode.height();
    }

    @Override
    public String sha256() {
      return name;
    }
  }
}
