package dev.ocelli.media.jp2;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the segments of a header say about coding, for the picture or for a tile. */
final class Parameters {
  private static final int COD = 0xFF52;
  private static final int COC = 0xFF53;
  private static final int RGN = 0xFF5E;
  private static final int QCD = 0xFF5C;
  private static final int QCC = 0xFF5D;
  private static final int POC = 0xFF5F;
  private static final int PPM = 0xFF60;
  private static final int PPT = 0xFF61;

  /** More changes of the progression are no picture. */
  private static final int MOST_CHANGES = 128;

  /**
   * A part of the packets in one order.
   *
   * @param order 0 to 4: LRCP, RLCP, RPCL, PCRL, CPRL
   */
  record Progression(
      int order,
      int firstResolution,
      int endResolution,
      int firstComponent,
      int endComponent,
      int endLayer) {}

  private final @Nullable CodingStyle[] styles;
  private final @Nullable Quantization[] quantizations;
  private final int[] shifts;
  private final boolean[] ownStyle;
  private final boolean[] ownQuantization;
  private final List<Progression> changes = new ArrayList<>();
  private int order;
  private int layers;
  private boolean colourTransform;

  Parameters(int components) {
    styles = new CodingStyle[components];
    quantizations = new Quantization[components];
    shifts = new int[components];
    ownStyle = new boolean[components];
    ownQuantization = new boolean[components];
  }

  /** Those of a tile before its own header is read: what that says goes before all of these. */
  Parameters forTile() {
    int count = styles.length;
    Parameters tile = new Parameters(count);
    System.arraycopy(styles, 0, tile.styles, 0, count);
    System.arraycopy(quantizations, 0, tile.quantizations, 0, count);
    System.arraycopy(shifts, 0, tile.shifts, 0, count);
    tile.changes.addAll(changes);
    tile.order = order;
    tile.layers = layers;
    tile.colourTransform = colourTransform;
    return tile;
  }

  /** Takes a segment; those that do not change how samples are decoded are passed over. */
  void read(int marker, Input in) throws IOException {
    switch (marker) {
      case COD -> {
        int flags = in.u8();
        order = in.u8();
        layers = in.u16();
        colourTransform = in.u8() == 1;
        CodingStyle style = CodingStyle.read(in, (flags & 1) != 0);
        if (order > 4 || layers < 1) {
          throw new IOException("the coding style is impossible");
        }
        for (int c = 0; c < styles.length; c++) {
          styles[c] = ownStyle[c] ? styles[c] : style;
        }
      }
      case COC -> {
        int c = component(in);
        int flags = in.u8();
        styles[c] = CodingStyle.read(in, (flags & 1) != 0);
        ownStyle[c] = true;
      }
      case QCD -> {
        Quantization quantization = Quantization.read(in);
        for (int c = 0; c < quantizations.length; c++) {
          quantizations[c] = ownQuantization[c] ? quantizations[c] : quantization;
        }
      }
      case QCC -> {
        int c = component(in);
        quantizations[c] = Quantization.read(in);
        ownQuantization[c] = true;
      }
      case RGN -> {
        int c = component(in);
        in.u8();
        shifts[c] = in.u8();
      }
      case POC -> {
        while (in.left() > 0) {
          change(in);
        }
      }
      case PPM, PPT -> throw new UnsupportedJp2Exception("packed packet headers of JPEG 2000");
      default -> {}
    }
  }

  /** Forgets the progressions of the picture's header where a tile has some of its own. */
  void clearChanges() {
    changes.clear();
  }

  static boolean isProgressionChange(int marker) {
    return marker == POC;
  }

  private void change(Input in) throws IOException {
    int firstResolution = in.u8();
    int firstComponent = in.u8();
    int endLayer = in.u16();
    int endResolution = in.u8();
    int endComponent = in.u8();
    int changed = in.u8();
    if (changed > 4 || changes.size() >= MOST_CHANGES) {
      throw new IOException("the progression is impossible");
    }
    changes.add(
        new Progression(
            changed,
            firstResolution,
            endResolution,
            firstComponent,
            endComponent == 0 ? styles.length : Math.min(endComponent, styles.length),
            endLayer));
  }

  private int component(Input in) throws IOException {
    int c = in.u8();
    if (c >= styles.length) {
      throw new IOException("a segment is about a component that is not there");
    }
    return c;
  }

  CodingStyle style(int component) throws IOException {
    CodingStyle style = styles[component];
    if (style == null) {
      throw new IOException("the coding style is missing");
    }
    return style;
  }

  Quantization quantization(int component) throws IOException {
    Quantization quantization = quantizations[component];
    if (quantization == null) {
      throw new IOException("the quantization is missing");
    }
    return quantization;
  }

  /** By how many bits coefficients inside a region of interest were raised. */
  int shift(int component) {
    return shifts[component];
  }

  int layers() {
    return layers;
  }

  /** Whether the first three components are differences of colours. */
  boolean colourTransform() {
    return colourTransform;
  }

  /** The orders of packets, one behind the other. */
  List<Progression> progressions() {
    return changes.isEmpty()
        ? List.of(new Progression(order, 0, 33, 0, styles.length, layers))
        : changes;
  }
}
