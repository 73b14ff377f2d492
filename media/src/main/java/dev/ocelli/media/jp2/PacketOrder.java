package dev.ocelli.media.jp2;

import java.io.EOFException;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;

/** Reads the packets of a tile in the order in which they were written (B.12). */
final class PacketOrder {
  /** Looks at packets, read or not; files of thousands of layers in several orders need more. */
  private static final long MOST_STEPS = 1L << 26;

  private final List<Precinct> precincts;
  private final int layers;
  private final Input in;
  private long missing;
  private long steps;

  PacketOrder(List<Precinct> precincts, int layers, Input in) {
    this.precincts = precincts;
    this.layers = layers;
    this.in = in;
    this.missing = (long) precincts.size() * layers;
  }

  /**
   * Reads all.
   *
   * @throws EOFException when data end before
   */
  void read(List<Parameters.Progression> progressions) throws IOException {
    for (Parameters.Progression progression : progressions) {
      int endLayer = Math.min(progression.endLayer(), layers);
      List<Precinct> sorted =
          precincts.stream()
              .filter(p ->
                  p.component >= progression.firstComponent()
                      && p.component < progression.endComponent()
                      && p.resolution >= progression.firstResolution()
                      && p.resolution < progression.endResolution())
              .sorted(order(progression.order()))
              .toList();
      switch (progression.order()) {
        case 0 -> byLayer(sorted, endLayer);
        case 1 -> {
          for (int r = 0; r <= 32; r++) {
            int resolution = r;
            byLayer(sorted.stream().filter(p -> p.resolution == resolution).toList(), endLayer);
          }
        }
        default -> {
          for (Precinct precinct : sorted) {
            for (int layer = 0; layer < endLayer && missing > 0; layer++) {
              packet(precinct, layer);
            }
          }
        }
      }
    }
    if (missing > 0) {
      throw new IOException("the progression leaves out packets");
    }
  }

  private void byLayer(List<Precinct> sorted, int endLayer) throws IOException {
    for (int layer = 0; layer < endLayer && missing > 0; layer++) {
      for (Precinct precinct : sorted) {
        packet(precinct, layer);
      }
    }
  }

  private void packet(Precinct precinct, int layer) throws IOException {
    if (++steps > MOST_STEPS) {
      throw new IOException("there are too many packets");
    }
    if (precinct.layersRead() == layer) {
      precinct.read(in);
      missing--;
    }
  }

  /** Precincts of a component and resolution are in their order already, and stay in it. */
  private static Comparator<Precinct> order(int order) {
    ToLongFunction<Precinct> byComponent = p -> p.component;
    ToLongFunction<Precinct> byResolution = p -> p.resolution;
    ToLongFunction<Precinct> byX = p -> p.x;
    ToLongFunction<Precinct> byY = p -> p.y;
    return switch (order) {
      case 2 -> comparing(List.of(byResolution, byY, byX, byComponent));
      case 3 -> comparing(List.of(byY, byX, byComponent, byResolution));
      case 4 -> comparing(List.of(byComponent, byY, byX, byResolution));
      default -> comparing(List.of(byResolution, byComponent));
    };
  }

  private static Comparator<Precinct> comparing(List<ToLongFunction<Precinct>> keys) {
    Comparator<Precinct> all = Comparator.comparingLong(keys.getFirst());
    for (ToLongFunction<Precinct> key : keys.subList(1, keys.size())) {
      all = all.thenComparingLong(key);
    }
    return all;
  }
}
