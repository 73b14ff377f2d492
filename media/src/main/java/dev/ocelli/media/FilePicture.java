package dev.ocelli.media;

import dev.ocelli.engine.vision.PictureSource;
import dev.ocelli.engine.vision.RgbImage;

/** A picture in a file that has been read. */
public record FilePicture(ImageFile file) implements PictureSource {
  @Override
  public String name() {
    return file.name();
  }

  @Override
  public int width() {
    return file.header().size().width();
  }

  @Override
  public int height() {
    return file.header().size().height();
  }

  @Override
  public String sha256() {
    return Hashes.sha256(file.bytes());
  }

  @Override
  public byte[] bytes() {
    return file.bytes();
  }

  @Override
  public RgbImage decode() {
    return file.decode(DecodeOptions.DEFAULT);
  }
}
