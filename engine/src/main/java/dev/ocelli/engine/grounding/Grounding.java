package dev.ocelli.engine.grounding;

import java.util.List;

/**
 * What a reply points at.
 *
 * @param regions in the order of the text
 * @param cut whether the text ends within an entry or a list, so that more was to come
 */
public record Grounding(List<Region> regions, boolean cut) {
  public Grounding {
    regions = List.copyOf(regions);
  }

  /** Reads a reply; any text is allowed. */
  public static Grounding of(String text) {
    return new GroundingReader(text).read();
  }
}
