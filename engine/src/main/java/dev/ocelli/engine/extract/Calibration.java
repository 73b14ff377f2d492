package dev.ocelli.engine.extract;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Turns what a model holds of a value into how often such values are right. A line through points,
 * made by isotonic regression of values whose truth is known: it never gives less to what the model
 * held likelier.
 *
 * @param points in order of their probability; none changes nothing
 */
public record Calibration(List<Point> points) {
  /** Changes nothing. */
  public static final Calibration NONE = new Calibration(List.of());

  private static final int MOST_POINTS = 10_000;

  /**
   * A point of the line.
   *
   * @param probability what the model held
   * @param right the share that was right
   */
  public record Point(double probability, double right) {}

  /**
   * A value whose truth is known.
   *
   * @param probability what the model held
   */
  public record Sample(double probability, boolean right) {}

  public Calibration {
    points = List.copyOf(points);
    for (int i = 0; i < points.size(); i++) {
      Point p = points.get(i);
      boolean inRange =
          p.probability() >= 0 && p.probability() <= 1 && p.right() >= 0 && p.right() <= 1;
      boolean rises =
          i == 0
              || p.probability() > points.get(i - 1).probability()
                  && p.right() >= points.get(i - 1).right();
      if (!inRange || !rises) {
        throw new OcelliException(
            Kind.INPUT,
            "point %d of the calibration, [%s, %s], is out of order or not from 0 to 1; both numbers have to rise"
                .formatted(i, p.probability(), p.right()));
      }
    }
  }

  /** How often a value is right of which the model holds so much; NaN of what is unknown. */
  public double confidence(double probability) {
    if (points.isEmpty() || Double.isNaN(probability)) {
      return probability;
    }
    Point below = points.getFirst();
    for (Point p : points) {
      if (p.probability() >= probability) {
        double width = p.probability() - below.probability();
        double part = width > 0 ? (probability - below.probability()) / width : 1;
        return below == p ? p.right() : below.right() + part * (p.right() - below.right());
      }
      below = p;
    }
    return below.right();
  }

  /**
   * Fits a line to values of known truth: groups of neighbours, of which each has a share of right
   * ones that is higher than that of the group before.
   *
   * @param samples in any order
   * @param smallest values of a group at least, so that a single one decides nothing
   */
  public static Calibration fit(List<Sample> samples, int smallest) {
    List<Sample> sorted =
        samples.stream()
            .filter(s -> !Double.isNaN(s.probability()))
            .sorted(Comparator.comparingDouble(Sample::probability))
            .toList();
    List<Group> groups = new ArrayList<>();
    for (int from = 0; from < sorted.size(); ) {
      int left = sorted.size() - from;
      int to = left < 2 * smallest ? sorted.size() : from + smallest;
      groups.add(Group.of(sorted.subList(from, to)));
      from = to;
      while (groups.size() > 1 && groups.getLast().notAbove(groups.get(groups.size() - 2))) {
        Group last = groups.removeLast();
        groups.add(groups.removeLast().with(last));
      }
    }
    return new Calibration(groups.stream().map(Group::point).toList());
  }

  private record Group(double probabilities, int right, int count) {
    static Group of(List<Sample> samples) {
      double sum = samples.stream().mapToDouble(Sample::probability).sum();
      int right = (int) samples.stream().filter(Sample::right).count();
      return new Group(sum, right, samples.size());
    }

    boolean notAbove(Group before) {
      return (long) right * before.count <= (long) before.right * count
          || probabilities / count <= before.probabilities / before.count;
    }

    Group with(Group other) {
      return new Group(
          probabilities + other.probabilities, right + other.right, count + other.count);
    }

    Point point() {
      return new Point(Math.min(1, probabilities / count), (double) right / count);
    }
  }

  /** As JSON: {@code {"points": [[probability, right], ...]}}. */
  public ObjectNode json() {
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    ArrayNode list = out.putArray("points");
    points.forEach(p -> list.addArray().add(p.probability()).add(p.right()));
    return out;
  }

  /**
   * Reads what {@link #json} wrote.
   *
   * @throws OcelliException INPUT when it is something else
   */
  public static Calibration read(String text) {
    JsonNode json;
    try {
      json = JsonMapper.shared().readTree(text);
    } catch (JacksonException e) {
      throw broken(e);
    }
    JsonNode list = json.path("points");
    if (!list.isArray() || list.size() > MOST_POINTS) {
      throw broken(null);
    }
    List<Point> points = new ArrayList<>();
    for (JsonNode p : list) {
      if (!p.isArray() || p.size() != 2 || !p.get(0).isNumber() || !p.get(1).isNumber()) {
        throw broken(null);
      }
      points.add(new Point(p.get(0).doubleValue(), p.get(1).doubleValue()));
    }
    return new Calibration(points);
  }

  private static OcelliException broken(@org.jspecify.annotations.Nullable Throwable cause) {
    return new OcelliException(
        Kind.INPUT,
        "is no calibration: {\"points\": [[probability, share right], ...]} is needed, as bench/extract.mjs writes it",
        cause);
  }
}
