package dev.ocelli.engine.selftest;

import dev.ocelli.engine.chat.Message;
import dev.ocelli.engine.runtime.PlannedMedia;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A conversation with its pictures and what the reference computed for it.
 *
 * <p>Stages: {@code input_ids}, {@code position_ids} (time, height, width), {@code rope_delta},
 * {@code image_} or {@code video_} followed by {@code pixel_values}, {@code patch_embed}, {@code
 * block_in}, {@code blocks}, {@code merger} or {@code deepstack}; {@code lm_layers}, {@code
 * lm_norm}, {@code logits_last} (the prompt's last rows), {@code greedy_ids}, {@code
 * greedy_logits}.
 *
 * @param name the case
 * @param messages the conversation
 * @param media planned pictures and clips in prompt order
 * @param values values of a stage, or null when the reference has none
 */
public record ReferenceCase(
    String name,
    List<Message> messages,
    List<PlannedMedia> media,
    Function<String, @Nullable Values> values) {

  /**
   * An array.
   *
   * @param shape dimensions, outermost first
   * @param floats the values of a stage of numbers, else empty
   * @param ints the values of a stage of ids or positions, else empty
   */
  public record Values(int[] shape, float[] floats, int[] ints) {}

  @Nullable Values find(String stage) {
    return values.apply(stage);
  }
}
