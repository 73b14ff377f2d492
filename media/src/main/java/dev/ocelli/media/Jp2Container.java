package dev.ocelli.media;

import dev.ocelli.engine.vision.ImageSize;
import dev.ocelli.engine.vision.RgbImage;
import dev.ocelli.media.jp2.Codestream;
import dev.ocelli.media.jp2.UnsupportedJp2Exception;
import java.io.EOFException;
import java.io.IOException;

/**
 * A JPEG 2000 picture: a JP2 file (ITU-T T.800 annex I) or a bare codestream. Colours are taken as
 * they are stored; profiles are not applied.
 */
final class Jp2Container implements Container {
  private static final String SIGNATURE = "\0\0\0\fjP  \r\n\u0087\n";
  private static final String BOXES = "the boxes";

  private final Bytes file;
  private final Codestream codestream;
  private final Jp2Colours colours;

  private Jp2Container(Bytes file, Codestream codestream, Jp2Colours colours) {
    this.file = file;
    this.codestream = codestream;
    this.colours = colours;
  }

  static boolean recognises(byte[] data) {
    return Codestream.recognises(data, 0) || Bytes.bigEndian(data).is(0, SIGNATURE);
  }

  static Jp2Container of(byte[] data) throws BadPictureException {
    Bytes file = Bytes.bigEndian(data);
    if (Codestream.recognises(data, 0)) {
      return new Jp2Container(file, codestream(file, 0, data.length), Jp2Colours.unknown());
    }
    Jp2Colours colours = Jp2Colours.unknown();
    long at = 0;
    while (true) {
      long length = file.u32(at, BOXES);
      long header = 8;
      if (length == 1) {
        if (file.u32(at + 8, BOXES) != 0) {
          throw BadPictureException.cutOff(BOXES, data.length);
        }
        length = file.u32(at + 12, BOXES);
        header = 16;
      } else if (length == 0) {
        length = data.length - at;
      }
      if (length < header) {
        throw BadPictureException.damaged("a box has an impossible length", at);
      }
      file.need(at, length, BOXES);
      int from = (int) (at + header);
      int size = (int) (length - header);
      if (file.is(at + 4, "jp2h")) {
        colours = Jp2Colours.read(file.part(from, size, BOXES));
      } else if (file.is(at + 4, "jp2c")) {
        return new Jp2Container(file, codestream(file, from, size), colours);
      }
      at += length;
    }
  }

  private static Codestream codestream(Bytes file, int from, int length)
      throws BadPictureException {
    try {
      return Codestream.read(file.array(), file.start(from), length);
    } catch (EOFException e) {
      throw BadPictureException.cutOff(String.valueOf(e.getMessage()), file.length());
    } catch (UnsupportedJp2Exception e) {
      throw BadPictureException.unsupported(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw BadPictureException.damaged(String.valueOf(e.getMessage()), from);
    }
  }

  @Override
  public ImageHeader header() {
    return new ImageHeader(
        PictureFormat.JPEG2000,
        new ImageSize(codestream.width(), codestream.height()),
        1,
        1,
        colours.hasOpacity(codestream.components()),
        codestream.bits(0));
  }

  @Override
  public RgbImage decode(AlphaMode alphaMode) throws IOException, BadPictureException {
    Jp2Colours.Channels channels = channels(0);
    int width = channels.width();
    int height = channels.height();
    byte[] rgb = channels.rgb();
    byte[] opacity = channels.opacity();
    if (opacity != null && alphaMode == AlphaMode.WHITE) {
      for (int y = 0; y < height; y++) {
        Rasters.layOnWhite(rgb, y * width * 3, opacity, y * width, width);
      }
    }
    return new RgbImage(width, height, rgb);
  }

  /**
   * Decodes the colours.
   *
   * @param wanted so many, whatever the file says about them; 0 for those that the file says
   */
  Jp2Colours.Channels channels(int wanted) throws IOException, BadPictureException {
    try {
      return colours.of(codestream.decode(), wanted);
    } catch (EOFException e) {
      throw BadPictureException.cutOff(String.valueOf(e.getMessage()), file.length());
    } catch (UnsupportedJp2Exception e) {
      throw BadPictureException.unsupported(String.valueOf(e.getMessage()));
    }
  }

  /** Decodes the first component as it is, the numbers of a palette that is kept elsewhere. */
  byte[] numbers() throws IOException, BadPictureException {
    if (codestream.bits(0) > 8) {
      throw BadPictureException.unsupported("a palette of more than 256 colours");
    }
    return Jp2Colours.whole(codestream.decode(), 0, false);
  }
}
