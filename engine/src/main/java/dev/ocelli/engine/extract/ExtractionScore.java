package dev.ocelli.engine.extract;

import dev.ocelli.engine.extract.Calibration.Sample;
import dev.ocelli.engine.grounding.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Counts how much of what was read is true, and how well probability tells it.
 *
 * <p>Members of objects are compared by name. Elements of lists are compared in pairs of those that
 * have the most values in common, in whatever order they come. A value is right when it equals its
 * partner's; one without a partner is wrong, and a true value without a partner is missing.
 */
public final class ExtractionScore {
  private final Map<String, Count> counts = new TreeMap<>();

  /** The values of each page. */
  private final List<List<Sample>> pages = new ArrayList<>();

  private final List<Double> overlaps = new ArrayList<>();

  /**
   * Values of one place in the schema.
   *
   * @param read that were read
   * @param right of them
   * @param missing that are true and were not read
   */
  public record Count(int read, int right, int missing) {
    private Count plus(int r, int ok, int less) {
      return new Count(read + r, right + ok, missing + less);
    }
  }

  /**
   * Values of which the model held about as much.
   *
   * @param from least confidence
   * @param to most
   * @param count of values
   * @param confidence their mean
   * @param right share that is right
   */
  public record Bin(double from, double to, int count, double confidence, double right) {}

  /** Adds a page and what is true of it. */
  public void add(Extraction extraction, JsonNode truth) {
    Pairing pairing = new Pairing();
    pairing.pair(extraction.data(), truth, "");
    List<Sample> samples = new ArrayList<>();
    for (Extraction.Field f : extraction.fields()) {
      boolean right = pairing.right.contains(f.path());
      samples.add(new Sample(f.probability(), right));
      count(f.path(), 1, right ? 1 : 0, 0);
    }
    pairing.missing.forEach(path -> count(path, 0, 0, 1));
    pages.add(samples);
    Map<String, Shape.Box> read = new HashMap<>();
    for (Extraction.Field f : extraction.fields()) {
      if (f.box() != null) {
        read.put(f.path().substring(0, f.path().lastIndexOf('/')), f.box());
      }
    }
    pairing.boxes.forEach((path, box) -> {
      Shape.Box other = read.get(path);
      overlaps.add(other == null ? 0 : box.overlap(other));
    });
  }

  private void count(String path, int read, int right, int missing) {
    String place = path.replaceAll("/\\d+(?=/|$)", "/*");
    counts.merge(
        place, new Count(read, right, missing), (a, b) -> a.plus(b.read(), b.right(), b.missing()));
  }

  /** By place in the schema in the order of names, elements of lists as {@code *}. */
  public Map<String, Count> counts() {
    return Collections.unmodifiableMap(counts);
  }

  /** Overlap of each true box with the one that was read, 0 where there is none. */
  public List<Double> overlaps() {
    return List.copyOf(overlaps);
  }

  /** A calibration by all pages. */
  public Calibration calibration(int smallest) {
    return Calibration.fit(pages.stream().flatMap(List::stream).toList(), smallest);
  }

  /** Values with what the model held of them. */
  public List<Sample> raw() {
    return pages.stream().flatMap(List::stream).toList();
  }

  /** Values with the confidence that a calibration by the other half of the pages gives them. */
  public List<Sample> calibrated(int smallest) {
    List<Sample> all = new ArrayList<>();
    for (int half = 0; half < 2; half++) {
      int own = half;
      Calibration other = Calibration.fit(half(1 - half), smallest);
      half(own).forEach(s -> all.add(new Sample(other.confidence(s.probability()), s.right())));
    }
    return all;
  }

  private List<Sample> half(int which) {
    return IntStream.range(0, pages.size())
        .filter(i -> i % 2 == which)
        .mapToObj(pages::get)
        .flatMap(List::stream)
        .toList();
  }

  /**
   * Groups values by confidence.
   *
   * @param edges between groups, rising, from 0 to 1
   */
  public static List<Bin> bins(List<Sample> samples, double... edges) {
    List<Bin> out = new ArrayList<>();
    for (int i = 0; i + 1 < edges.length; i++) {
      double from = edges[i];
      double to = edges[i + 1];
      boolean last = i + 2 == edges.length;
      List<Sample> in =
          samples.stream()
              .filter(s -> s.probability() >= from && (s.probability() < to || last))
              .toList();
      if (!in.isEmpty()) {
        double mean = in.stream().mapToDouble(Sample::probability).average().orElse(0);
        double right = in.stream().filter(Sample::right).count() / (double) in.size();
        out.add(new Bin(from, to, in.size(), mean, right));
      }
    }
    return out;
  }

  /** Expected calibration error: how far confidence is from the share right, by tenths. */
  public static double error(List<Sample> samples) {
    double[] edges = DoubleStream.iterate(0, e -> e + 1).limit(11).map(e -> e / 10).toArray();
    List<Bin> bins = bins(samples, edges);
    int all = bins.stream().mapToInt(Bin::count).sum();
    return bins.stream()
        .mapToDouble(b -> b.count() * Math.abs(b.confidence() - b.right()) / all)
        .sum();
  }

  /** Finds the partner of each value. */
  private static final class Pairing {
    final Set<String> right = new HashSet<>();
    final List<String> missing = new ArrayList<>();

    /** True boxes by the path of the object that was read. */
    final Map<String, Shape.Box> boxes = new HashMap<>();

    void pair(@Nullable JsonNode read, JsonNode truth, String path) {
      if (truth.isObject()) {
        Shape.Box box = Extractor.box(truth.path(ExtractionSchema.BOX));
        if (box != null) {
          boxes.put(path, box);
        }
        for (Map.Entry<String, JsonNode> e : truth.properties()) {
          if (!e.getKey().equals(ExtractionSchema.BOX)) {
            String at = path + "/" + Extractor.pointer(e.getKey());
            pair(read == null ? null : read.get(e.getKey()), e.getValue(), at);
          }
        }
      } else if (truth.isArray()) {
        elements(read, truth, path);
      } else if (read == null || read.isContainer()) {
        missing.add(path);
      } else if (same(read, truth)) {
        right.add(path);
      }
    }

    private void elements(@Nullable JsonNode read, JsonNode truth, String path) {
      List<Integer> free =
          new ArrayList<>(IntStream.range(0, read == null ? 0 : read.size()).boxed().toList());
      List<JsonNode> left = new ArrayList<>(truth.valueStream().toList());
      while (read != null && !free.isEmpty() && !left.isEmpty()) {
        int bestRead = 0;
        int bestTrue = 0;
        int most = -1;
        for (int i = 0; i < free.size(); i++) {
          for (int k = 0; k < left.size(); k++) {
            int common = common(read.path(free.get(i)), left.get(k));
            if (common > most) {
              most = common;
              bestRead = i;
              bestTrue = k;
            }
          }
        }
        int index = free.remove(bestRead);
        pair(read.path(index), left.remove(bestTrue), path + "/" + index);
      }
      left.forEach(t -> pair(null, t, path + "/0"));
    }

    private static int common(JsonNode read, JsonNode truth) {
      Pairing p = new Pairing();
      p.pair(read, truth, "");
      return p.right.size();
    }

    private static boolean same(JsonNode a, JsonNode b) {
      return a.isNumber() && b.isNumber()
          ? a.decimalValue().compareTo(b.decimalValue()) == 0
          : a.equals(b);
    }
  }
}
