package dev.ocelli.media;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** Recognises files that are not pictures, or not of a format that can be decoded, for messages. */
final class OtherFile {
  private static final String CONVERT = "convert it to PNG or JPEG first";
  private static final String CLIP =
      "give it as a video (--video, or a video_url), or its frames as a folder of pictures";

  private static final String TEXT = "a text file";
  private static final String UNKNOWN = "not a picture of a known format";
  private static final String PICTURES = "PNG, JPEG, WebP, GIF, BMP, TIFF or JPEG 2000";

  private record Magic(int offset, String bytes, String what, String remedy) {}

  private static final List<Magic> MAGICS =
      List.of(
          new Magic(0, "%PDF", "a PDF document", "turn its pages into PNG pictures first"),
          new Magic(0, "8BPS", "a Photoshop document", CONVERT),
          new Magic(0, "\0\0\1\0", "a Windows icon", CONVERT),
          new Magic(0, "\u00FF\n", "a JPEG XL picture", CONVERT),
          new Magic(0, "\0\0\0\fJXL ", "a JPEG XL picture", CONVERT),
          new Magic(0, "qoif", "a QOI picture", CONVERT),
          new Magic(0, "v/1\1", "an OpenEXR picture", CONVERT),
          new Magic(0, "\u001aE\u00DF\u00A3", "a Matroska or WebM video", CLIP),
          new Magic(8, "AVI ", "an AVI video", CLIP),
          new Magic(0, "\0\0\1\u00BA", "an MPEG video", CLIP),
          new Magic(0, "\0\0\1\u00B3", "an MPEG video", CLIP),
          new Magic(0, "FLV\1", "a Flash video", CLIP),
          new Magic(8, "WAVE", "a sound file", "give a picture"),
          new Magic(0, "ID3", "a sound file", "give a picture"),
          new Magic(0, "OggS", "an Ogg sound or video file", "give a picture"),
          new Magic(0, "GGUF", "a GGUF model", "give a picture"),
          new Magic(0, "PK\3\4", "a ZIP archive or office document", "unpack or export a picture"),
          new Magic(0, "\u001f\u008b", "a gzip archive", "unpack it first"),
          new Magic(0, "\u007fELF", "a program", "give a picture"));

  private OtherFile() {}

  /** The same where documents and clips are taken, too, and a prompt is asked. */
  static String describeAmongMedia(byte[] data) {
    String taken = "give a picture (" + PICTURES + "), a PDF document, or a clip (--video)";
    String found = describe(data);
    if (found.startsWith("is " + TEXT)) {
      return "is "
          + TEXT
          + ": "
          + taken
          + "; what a text says belongs into the prompt (run and describe: -f FILE)";
    }
    return found.startsWith("is " + UNKNOWN) ? "is of no format that is known: " + taken : found;
  }

  /** A sentence's predicate about the file: "is a PDF document: turn its pages into ...". */
  static String describe(byte[] data) {
    if (data.length == 0) {
      return "is empty: get another copy of the picture";
    }
    Bytes file = Bytes.bigEndian(data);
    for (Magic magic : MAGICS) {
      if (file.is(magic.offset(), magic.bytes())) {
        return "is " + magic.what() + ": " + magic.remedy();
      }
    }
    if (file.is(4, "ftyp")) {
      return "is " + isoMedia(file);
    }
    if (TiffContainer.isBigTiff(file)) {
      return "is a BigTIFF picture: " + CONVERT;
    }
    if (data.length >= 3 && data[0] == 'P' && data[1] >= '1' && data[1] <= '7' && data[2] <= ' ') {
      return "is a Netpbm picture: " + CONVERT;
    }
    return "is " + text(data);
  }

  private static String isoMedia(Bytes file) {
    for (String brand : List.of("avif", "avis")) {
      if (file.is(8, brand)) {
        return "an AVIF picture: " + CONVERT;
      }
    }
    for (String brand : List.of("heic", "heix", "heim", "heis", "hevc", "mif1", "msf1")) {
      if (file.is(8, brand)) {
        return "a HEIC picture: " + CONVERT;
      }
    }
    return "an MP4 or QuickTime video: " + CLIP;
  }

  private static String text(byte[] data) {
    int length = Math.min(data.length, 1024);
    String start =
        new String(data, 0, length, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    if (start.contains("<svg")) {
      return "an SVG drawing: render it to PNG first";
    }
    if (start.contains("<html") || start.contains("<!doctype html")) {
      return "a web page, not a picture: download the picture itself";
    }
    for (int i = 0; i < length; i++) {
      int c = data[i] & 0xFF;
      if (c < 0x20 && c != '\t' && c != '\r' && c != '\n' && c != '\f') {
        return UNKNOWN + ": give " + PICTURES;
      }
    }
    return TEXT + ", not a picture: give " + PICTURES;
  }
}
