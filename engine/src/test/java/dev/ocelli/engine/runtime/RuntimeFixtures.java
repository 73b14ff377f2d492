package dev.ocelli.engine.runtime;

import dev.ocelli.engine.chat.Content;
import dev.ocelli.engine.chat.Message;
import dev.ocelli.engine.sampling.Sampling;
import dev.ocelli.engine.testing.Pictures;
import dev.ocelli.engine.vision.ImageOptions;
import dev.ocelli.engine.vision.PictureSource;
import dev.ocelli.engine.vision.RgbImage;
import java.util.ArrayList;
import java.util.List;

/** Requests for the tests of the runtime. */
final class RuntimeFixtures {
  private RuntimeFixtures() {}

  /** A picture of the fixtures. */
  record Fixture(String name, RgbImage image) implements PictureSource {
    static Fixture of(String name) {
      return new Fixture(name, Pictures.resource("/reference/golden/images/" + name + ".png"));
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

  /** A user's message: pictures first, then words. */
  static Message user(String text, int pictures) {
    List<Content> parts = new ArrayList<>();
    for (int i = 0; i < pictures; i++) {
      parts.add(new Content.Image());
    }
    parts.add(new Content.Text(text));
    return Message.user(parts);
  }

  /** A greedy request with the exact log-probabilities of the whole vocabulary. */
  static Request request(List<Message> messages, List<String> pictures, int maxTokens) {
    return request(messages, pictures, maxTokens, Sampling.greedy());
  }

  static Request request(
      List<Message> messages, List<String> pictures, int maxTokens, Sampling sampling) {
    List<Media> media = new ArrayList<>();
    for (String p : pictures) {
      media.add(new Media.Picture(Fixture.of(p), ImageOptions.DEFAULT));
    }
    return new Request(messages, media, List.of(), sampling, maxTokens, List.of(), 1024);
  }
}
