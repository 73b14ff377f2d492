package dev.ocelli.media.video;

import dev.ocelli.engine.vision.ClipSource;
import dev.ocelli.engine.vision.FrameStream;
import dev.ocelli.engine.vision.ImageSize;
import dev.ocelli.engine.vision.RgbImage;
import dev.ocelli.media.Animation;

/** A clip that is decoded without other programs. */
final class AnimationClip implements ClipSource {
  private final String name;
  private final Animation animation;
  private final FrameTimes times;
  private final VideoBytes bytes;

  AnimationClip(String name, Animation animation) {
    this.name = name;
    this.animation = animation;
    this.times = FrameTimes.of(animation.times(), 0, animation.duration());
    this.bytes = VideoBytes.of(animation.bytes());
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public ImageSize size() {
    return animation.size();
  }

  @Override
  public int frameCount() {
    return times.starts().length;
  }

  @Override
  public double fps() {
    return times.fps();
  }

  @Override
  public double seconds(int index) {
    return times.seconds(index);
  }

  @Override
  public String identity(int[] indices) {
    return "/%s/own/%s".formatted(bytes.sha256(name), VideoBytes.digest(indices));
  }

  @Override
  public String fileSha256() {
    return bytes.sha256(name);
  }

  @Override
  public long heldBytes() {
    return bytes.held();
  }

  @Override
  public FrameStream open(int[] indices) {
    Animation.Player player = animation.play();
    return new FrameStream() {
      private int next;
      private int shown = -1;
      private RgbImage last = new RgbImage(1, 1, new byte[3]);

      @Override
      public RgbImage next() {
        int index = indices[next++];
        if (index != shown) {
          last = player.frame(index);
          shown = index;
        }
        return last;
      }

      @Override
      public void close() {}
    };
  }
}
