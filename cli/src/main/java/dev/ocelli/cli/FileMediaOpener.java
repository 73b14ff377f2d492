package dev.ocelli.cli;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.vision.PictureSource;
import dev.ocelli.media.DecodeLimits;
import dev.ocelli.media.DocumentOptions;
import dev.ocelli.media.Documents;
import dev.ocelli.media.FilePicture;
import dev.ocelli.media.FrameFolder;
import dev.ocelli.media.ImageFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;

/** Opens pictures in files with the usual limits. */
final class FileMediaOpener implements MediaOpener {
  @Override
  public PictureSource picture(Path file) {
    return new FilePicture(ImageFile.open(file, DecodeLimits.DEFAULT));
  }

  @Override
  public PictureSource picture(String name, InputStream in) {
    return new FilePicture(ImageFile.of(bytes(name, in), name, DecodeLimits.DEFAULT));
  }

  @Override
  public Opened open(Path file, DocumentOptions options) {
    return opened(Documents.read(file, DecodeLimits.DEFAULT), file.toString(), options);
  }

  @Override
  public Opened open(String name, InputStream in, DocumentOptions options) {
    return opened(bytes(name, in), name, options);
  }

  private static Opened opened(byte[] bytes, String name, DocumentOptions options) {
    return Documents.recognises(bytes)
        ? new Opened.Pages(Documents.open(bytes, name, options))
        : new Opened.Picture(new FilePicture(Documents.picture(bytes, name, DecodeLimits.DEFAULT)));
  }

  private static byte[] bytes(String name, InputStream in) {
    long most = DecodeLimits.DEFAULT.maxBytes();
    try {
      return in.readNBytes((int) Math.min(most + 1, Integer.MAX_VALUE - 16));
    } catch (IOException e) {
      throw new OcelliException(
          OcelliException.Kind.INPUT,
          name + ": cannot be read (" + e.getMessage() + "); give a picture's file",
          e);
    }
  }

  @Override
  public List<Path> frames(Path folder) {
    return FrameFolder.open(folder, DecodeLimits.DEFAULT).files();
  }

  @Override
  public List<Path> pictures(Path folder) {
    return FrameFolder.pictures(folder);
  }
}
