package dev.ocelli.engine.vision;

import java.util.List;

/** A clip whose frames are pictures in files of their own. */
public interface PictureClip extends ClipSource {
  /** The frames in time order, all of one size; each is decoded only when it is needed. */
  List<PictureSource> frames();

  @Override
  default ImageSize size() {
    PictureSource first = frames().getFirst();
    return new ImageSize(first.width(), first.height());
  }

  @Override
  default int frameCount() {
    return frames().size();
  }

  @Override
  default String identity(int[] indices) {
    StringBuilder s = new StringBuilder();
    for (int i : indices) {
      s.append('/').append(frames().get(i).sha256());
    }
    return s.toString();
  }

  @Override
  default FrameStream open(int[] indices) {
    return new FrameStream() {
      private int next;

      @Override
      public RgbImage next() {
        return frames().get(indices[next++]).decode();
      }

      @Override
      public void close() {}
    };
  }
}
