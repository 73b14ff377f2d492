package dev.ocelli.engine.lora;

import dev.ocelli.engine.OcelliException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The adapters of a sequence. What is added does not depend on the order in which they are named,
 * and those of scale 0 are none.
 *
 * @param uses in the order in which they are added
 */
public record AdapterSet(List<Use> uses) {
  /** No adapters. */
  public static final AdapterSet NONE = new AdapterSet(List.of());

  /**
   * An adapter and how much of it.
   *
   * @param scale on top of the adapter's own; any number, also a negative one
   */
  public record Use(Adapter adapter, float scale) {
    /** Refuses what is no number. */
    public Use {
      if (!Float.isFinite(scale)) {
        throw new OcelliException(
            OcelliException.Kind.USAGE,
            "the scale of adapter '%s' is %s; give a number".formatted(adapter.name(), scale));
      }
    }

    private String key() {
      return adapter.sha256() + ":" + Integer.toHexString(Float.floatToIntBits(scale));
    }
  }

  /** Brings them in order. */
  public AdapterSet {
    uses =
        uses.stream().filter(u -> u.scale() != 0).sorted(Comparator.comparing(Use::key)).toList();
  }

  /** Whether there are none. */
  public boolean isEmpty() {
    return uses.isEmpty();
  }

  /** What replies depend on: equal for equal contents and scales. Empty where there are none. */
  public String key() {
    return uses.stream().map(Use::key).collect(Collectors.joining(","));
  }

  /**
   * Becomes a user of all adapters until the lease ends.
   *
   * @throws OcelliException USAGE when one of them has been removed
   */
  public Lease hold() {
    List<Adapter> held = new ArrayList<>();
    for (Use u : uses) {
      if (!u.adapter().retain()) {
        held.forEach(Adapter::release);
        throw new OcelliException(
            OcelliException.Kind.USAGE,
            "adapter '%s' has been removed; load it again".formatted(u.adapter().name()));
      }
      held.add(u.adapter());
    }
    return new Lease(this);
  }

  /** Adapters that stay in memory. Closed once. */
  public record Lease(AdapterSet adapters) implements AutoCloseable {
    @Override
    public void close() {
      adapters.uses().forEach(u -> u.adapter().release());
    }
  }
}
