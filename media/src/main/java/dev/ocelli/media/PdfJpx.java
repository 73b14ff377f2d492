package dev.ocelli.media;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import org.apache.pdfbox.cos.COSArray;
import org.apache.pdfbox.cos.COSBase;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.cos.COSStream;
import org.apache.pdfbox.pdmodel.PDResources;
import org.apache.pdfbox.pdmodel.common.PDStream;
import org.apache.pdfbox.pdmodel.graphics.color.PDColorSpace;
import org.apache.pdfbox.pdmodel.graphics.color.PDIndexed;
import org.jspecify.annotations.Nullable;

/**
 * Decodes pictures in JPEG 2000 where they lie in a document, before PDFBox, which has no decoder
 * for them, meets them. The document then holds their samples: it is to be thrown away when a page
 * is drawn ({@link #hasDecoded}).
 */
final class PdfJpx {
  private static final List<String> JPX = List.of(COSName.JPX_DECODE.getName());

  /** Transparency that is multiplied into the colours. */
  private static final int PREMULTIPLIED = 2;

  private final DecodeLimits limits;
  private boolean decoded;

  PdfJpx(DecodeLimits limits) {
    this.limits = limits;
  }

  /** Whether the document has grown. */
  boolean hasDecoded() {
    return decoded;
  }

  /**
   * Decodes what is about to be drawn, if it is such a picture or has such a mask.
   *
   * @param operands the name of what is drawn
   */
  void decode(@Nullable PDResources resources, List<COSBase> operands) throws IOException {
    if (resources == null || operands.isEmpty() || !(operands.getFirst() instanceof COSName name)) {
      return;
    }
    COSDictionary all = resources.getCOSObject().getCOSDictionary(COSName.XOBJECT);
    if (all == null || !(all.getDictionaryObject(name) instanceof COSStream picture)) {
      return;
    }
    decode(picture, resources);
    if (picture.getDictionaryObject(COSName.SMASK) instanceof COSStream mask) {
      decode(mask, resources);
    }
  }

  /** Whether a stream is such a picture. */
  private static boolean is(COSStream stream) {
    COSBase filters = stream.getFilters();
    COSBase last =
        filters instanceof COSArray array && array.size() > 0
            ? array.getObject(array.size() - 1)
            : filters;
    return COSName.JPX_DECODE.equals(last)
        && COSName.IMAGE.equals(stream.getDictionaryObject(COSName.SUBTYPE));
  }

  private void decode(COSStream picture, PDResources resources) throws IOException {
    if (!is(picture)) {
      return;
    }
    decoded = true;
    try {
      byte[] data;
      try (InputStream in = new PDStream(picture).createInputStream(JPX)) {
        data = in.readAllBytes();
      }
      if (!Jp2Container.recognises(data)) {
        throw new BadPictureException("is damaged: it has no header; get another copy of the file");
      }
      Jp2Container jp2 = Jp2Container.of(data);
      int width = jp2.header().stored().width();
      int height = jp2.header().stored().height();
      PdfInspection.checkPicture(width, height, limits);
      if (picture.getBoolean(COSName.IMAGE_MASK, false)) {
        throw BadPictureException.unsupported("the form of a stencil");
      }
      samples(picture, jp2, resources);
      picture.setInt(COSName.WIDTH, width);
      picture.setInt(COSName.HEIGHT, height);
    } catch (BadPictureException e) {
      throw new PdfLimitException("has a JPEG 2000 picture that " + e.getMessage());
    }
  }

  /** Puts samples in the place of the codestream; the page's colour space goes before its own. */
  private static void samples(COSStream picture, Jp2Container jp2, PDResources resources)
      throws IOException, BadPictureException {
    COSBase stated = picture.getDictionaryObject(COSName.COLORSPACE, COSName.CS);
    PDColorSpace space = stated == null ? null : PDColorSpace.create(stated, resources);
    if (space instanceof PDIndexed) {
      replace(picture, jp2.numbers());
      return;
    }
    Jp2Colours.Channels channels = jp2.channels(space == null ? 0 : space.getNumberOfComponents());
    if (space == null) {
      picture.setItem(
          COSName.COLORSPACE,
          switch (channels.colours().size()) {
            case 1 -> COSName.DEVICEGRAY;
            case 3 -> COSName.DEVICERGB;
            default -> COSName.DEVICECMYK;
          });
    }
    int opacityInData = picture.getInt(COSName.getPDFName("SMaskInData"), 0);
    if (opacityInData == PREMULTIPLIED) {
      throw BadPictureException.unsupported("colours that opacity is multiplied into");
    }
    byte[] opacity = channels.opacity();
    if (opacityInData == 1 && opacity != null) {
      COSStream mask = new COSStream();
      mask.setItem(COSName.TYPE, COSName.XOBJECT);
      mask.setItem(COSName.SUBTYPE, COSName.IMAGE);
      mask.setItem(COSName.COLORSPACE, COSName.DEVICEGRAY);
      mask.setInt(COSName.WIDTH, channels.width());
      mask.setInt(COSName.HEIGHT, channels.height());
      replace(mask, opacity);
      picture.setItem(COSName.SMASK, mask);
    }
    replace(picture, channels.interleaved());
  }

  private static void replace(COSStream picture, byte[] samples) throws IOException {
    picture.removeItem(COSName.FILTER);
    picture.removeItem(COSName.DECODE_PARMS);
    // Of such pictures the range of samples is to be ignored (ISO 32000, 7.4.9).
    picture.removeItem(COSName.DECODE);
    picture.setInt(COSName.BITS_PER_COMPONENT, 8);
    try (OutputStream out = picture.createOutputStream()) {
      out.write(samples);
    }
  }
}
