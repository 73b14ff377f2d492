package dev.ocelli.engine.vision;

import java.util.List;

/** A clip as a list of frames of equal size. */
public interface ClipSource {
  /** The folder or file, for messages. */
  String name();

  /** The frames in time order; each is decoded only when it is needed. */
  List<PictureSource> frames();

  /** Frames a second of the list. */
  double fps();
}
