package dev.ocelli.media;

import dev.ocelli.engine.vision.PictureSource;

/** A picture that is a page of a document. */
public interface PageSource extends PictureSource {
  /** Which page, counted from 0. */
  int page();

  /** Where the pixels lie on the page. */
  PageGeometry geometry();
}
