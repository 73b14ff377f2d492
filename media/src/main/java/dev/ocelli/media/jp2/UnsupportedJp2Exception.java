package dev.ocelli.media.jp2;

import java.io.IOException;

/** A codestream uses a feature that is not decoded here; the message is its name. */
public final class UnsupportedJp2Exception extends IOException {
  private static final long serialVersionUID = 1L;

  UnsupportedJp2Exception(String feature) {
    super(feature);
  }
}
