package dev.ocelli.engine.selftest;

import dev.ocelli.engine.chat.Content;
import dev.ocelli.engine.chat.Message;
import dev.ocelli.engine.model.ModelFiles.PictureRules;
import dev.ocelli.engine.runtime.PlannedMedia;
import dev.ocelli.engine.vision.FrameSampling;
import dev.ocelli.engine.vision.ImageOptions;
import dev.ocelli.engine.vision.ImagePlan;
import dev.ocelli.engine.vision.ImageSize;
import dev.ocelli.engine.vision.PictureClip;
import dev.ocelli.engine.vision.PictureSource;
import dev.ocelli.engine.vision.RgbImage;
import dev.ocelli.engine.vision.VideoOptions;
import dev.ocelli.engine.vision.VideoPlan;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads cases of the reference's {@code golden} folder: {@code case.json} and one NumPy file a
 * stage.
 */
public final class GoldenCase {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private GoldenCase() {}

  /** Reads a case, for example {@code golden/tiny-dense/image_a}. */
  public static ReferenceCase read(ReferenceData data, String folder, PictureRules rules) {
    return read(data, folder, folder + "/", rules);
  }

  /**
   * Reads a case whose logits were computed from other weights.
   *
   * @param logits prefix of the files of logits and greedy ids, for example {@code
   *     golden/tiny-wide-Q8_0/image_a.}
   */
  public static ReferenceCase read(
      ReferenceData data, String folder, String logits, PictureRules rules) {
    JsonNode json = JSON.readTree(data.require(folder + "/case.json"));
    List<Message> messages = new ArrayList<>();
    List<PlannedMedia> media = new ArrayList<>();
    for (JsonNode m : json.get("messages")) {
      List<Content> parts = new ArrayList<>();
      JsonNode content = m.get("content");
      if (content.isString()) {
        parts.add(new Content.Text(content.asString()));
      } else {
        for (JsonNode part : content) {
          switch (part.get("type").asString()) {
            case "image" -> {
              parts.add(new Content.Image());
              media.add(picture(data, part.get("image").asString(), rules));
            }
            case "video" -> {
              parts.add(new Content.Video());
              media.add(clip(data, json.get("video"), rules));
            }
            default -> parts.add(new Content.Text(part.get("text").asString()));
          }
        }
      }
      messages.add(new Message(m.get("role").asString(), parts, null, List.of()));
    }
    int delta = json.get("rope_delta").asInt();
    boolean otherWeights = !logits.equals(folder + "/");
    return new ReferenceCase(
        json.get("case").asString(),
        messages,
        media,
        name ->
            switch (name) {
              case "rope_delta" ->
                  new ReferenceCase.Values(new int[] {1}, new float[0], new int[] {delta});
              case "logits_last" -> values(data, logits + "logits_last8.npy");
              case "greedy_ids", "greedy_logits" -> values(data, logits + name + ".npy");
              case "input_ids", "position_ids" -> values(data, folder + "/" + name + ".npy");
              default -> otherWeights ? null : values(data, folder + "/" + name + ".npy");
            });
  }

  private static ReferenceCase.@Nullable Values values(ReferenceData data, String path) {
    Npy.Array a = data.array(path);
    if (a == null) {
      return null;
    }
    boolean whole = a.type().equals("<i4");
    return new ReferenceCase.Values(
        a.shape(), whole ? new float[0] : a.floats(), whole ? a.ints() : new int[0]);
  }

  private static PlannedMedia picture(ReferenceData data, String name, PictureRules rules) {
    Fixture f = new Fixture(data, name);
    ImagePlan plan =
        ImagePlan.of(
            new ImageSize(f.width(), f.height()),
            ImageOptions.DEFAULT,
            rules.image(),
            rules.spec());
    return new PlannedMedia.Picture(f, plan);
  }

  private static PlannedMedia clip(ReferenceData data, JsonNode video, PictureRules rules) {
    List<PictureSource> given = new ArrayList<>();
    for (JsonNode frame : video.get("frames")) {
      given.add(new Fixture(data, frame.asString()));
    }
    JsonNode chosen = video.get("frame_indices");
    int[] indices = new int[chosen.size()];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = chosen.get(i).asInt();
    }
    // The clip had more frames than the fixture keeps: only those that were sampled are there.
    List<PictureSource> frames =
        new ArrayList<>(Collections.nCopies(indices[indices.length - 1] + 1, given.getFirst()));
    for (int i = 0; i < indices.length; i++) {
      frames.set(indices[i], given.get(i));
    }
    FrameSampling sampling = new FrameSampling(indices, video.get("fps").asDouble());
    ImageSize size = new ImageSize(given.getFirst().width(), given.getFirst().height());
    return new PlannedMedia.Clip(
        new Frames(frames, video.get("fps").asDouble()),
        VideoPlan.of(size, sampling, VideoOptions.FRAME_LIST, rules.video(), rules.spec()));
  }

  private record Frames(List<PictureSource> frames, double fps) implements PictureClip {
    @Override
    public String name() {
      return "the clip";
    }
  }

  /** A picture of the fixtures, decoded at once: they are small. */
  private static final class Fixture implements PictureSource {
    private final String name;
    private final RgbImage image;

    Fixture(ReferenceData data, String name) {
      this.name = name;
      this.image = data.decode(data.require("golden/images/" + name + ".png"));
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public int width() {
      return image.width();
    }

    @Override
    public int height() {
      return image.height();
    }

    @Override
    public String sha256() {
      return name;
    }

    @Override
    public RgbImage decode() {
      return image;
    }
  }
}
