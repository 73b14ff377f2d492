package dev.ocelli.media;

/**
 * A container or its data is not what its format demands; {@link ImageDecoder} turns it into a
 * message that names the file.
 */
final class BadPictureException extends Exception {
  private static final long serialVersionUID = 1L;

  /** A sentence's predicate about the file: "is cut off at byte 17: copy it again". */
  BadPictureException(String message) {
    super(message);
  }

  /** The file ends before its picture does. */
  static BadPictureException cutOff(String where, long length) {
    return new BadPictureException(
        "is cut off: it ends at byte "
            + length
            + " inside "
            + where
            + "; get a complete copy of the file");
  }

  /** The file contradicts its format. */
  static BadPictureException damaged(String what, long offset) {
    return new BadPictureException(
        "is damaged: " + what + " at byte " + offset + "; get another copy or save it anew");
  }

  /** A feature of the format that nobody here can decode. */
  static BadPictureException unsupported(String what) {
    return new BadPictureException(
        "has " + what + ", which is not supported; save it as a plain PNG");
  }
}
