package dev.ocelli.engine.runtime;

import dev.ocelli.engine.kernels.Arithmetic;
import dev.ocelli.engine.kernels.Operations;
import dev.ocelli.engine.vision.Grid;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * How long pictures and prompts will take: what they compute over the rate at which it is computed.
 * At first that is what this machine can do at most, measured once, times the share of it that the
 * kernels usually reach; then the rate of real replies.
 *
 * <p>Thread-safe.
 */
public final class TimeEstimates {
  /** Shares of the limits that are reached, as bench/plan-times.mjs shows; see bench/README.md. */
  private static final double PICTURE_SHARE = 0.7;

  private static final double PROMPT_SHARE = 0.56;
  private static final double MEMORY_SHARE = 0.8;

  /** Fewer rows than this say little about a rate: beginning and ending weigh too much. */
  private static final int ENOUGH_ROWS = 64;

  private final Roofline limits;
  private final BooleanSupplier mayMeasure;
  private final Map<Arithmetic, Double> peaks = new EnumMap<>(Arithmetic.class);
  private final Observed pictures = new Observed();
  private final Observed prompts = new Observed();

  /** What an estimate rests on. */
  public enum Basis {
    /** It cannot be said yet. */
    NOTHING,
    /** What the machine can do. */
    MACHINE,
    /** How long real replies took. */
    REPLIES
  }

  /**
   * Knows nothing yet.
   *
   * @param limits of the model on this machine
   * @param mayMeasure asked before the machine is measured, which takes all its threads for some
   *     tenths of a second; while it says no, times are unknown until replies have been learnt from
   */
  public TimeEstimates(Roofline limits, BooleanSupplier mayMeasure) {
    this.limits = limits;
    this.mayMeasure = mayMeasure;
  }

  /** Seconds of the vision tower for a picture or clip; NaN while unknown. */
  public double picture(Grid grid) {
    return seconds(limits.picture(grid), pictures, PICTURE_SHARE);
  }

  /**
   * Seconds of the language model for a part of a prompt; NaN while unknown.
   *
   * @param before tokens whose keys and values are there already
   * @param tokens that are computed
   */
  public double prompt(int before, int tokens) {
    return tokens == 0 ? 0 : seconds(limits.prompt(before, tokens), prompts, PROMPT_SHARE);
  }

  /**
   * Tokens a second of one reply, which memory limits.
   *
   * @param gigabytesPerSecond at which memory is read
   * @param bytes that a token reads
   */
  public static double tokensPerSecond(double gigabytesPerSecond, double bytes) {
    return gigabytesPerSecond * 1e9 * MEMORY_SHARE / bytes;
  }

  /** What estimates of prompts rest on; asks for no measurement. */
  public synchronized Basis basis() {
    if (prompts.known()) {
      return Basis.REPLIES;
    }
    return peaks.isEmpty() ? Basis.NOTHING : Basis.MACHINE;
  }

  /**
   * Learns from a reply that had the machine for itself. The work of the last replies counts, large
   * work more than small.
   */
  public void learn(Reply reply) {
    Operations encoded = Operations.NONE;
    int rows = 0;
    for (Reply.MediaUse m : reply.media()) {
      if (!m.cached()) {
        encoded = encoded.plus(limits.picture(m.grid()));
        rows += m.grid().patches();
      }
    }
    int computed = reply.promptTokens() - reply.reusedTokens();
    Operations read =
        computed == 0 ? Operations.NONE : limits.prompt(reply.reusedTokens(), computed);
    synchronized (this) {
      if (rows >= ENOUGH_ROWS) {
        pictures.add(encoded, reply.timings().encode());
      }
      if (computed >= ENOUGH_ROWS) {
        prompts.add(read, reply.timings().prompt());
      }
    }
  }

  private synchronized double seconds(Operations work, Observed of, double share) {
    double rate = of.known() ? of.operationsPerSecond() : work.rate(this::peak) * 1e9 * share;
    return work.total() / rate;
  }

  /** 10^9 operations a second at most; NaN while unknown. */
  private double peak(Arithmetic arithmetic) {
    Double known = peaks.get(arithmetic);
    if (known != null) {
      return known;
    }
    if (!mayMeasure.getAsBoolean()) {
      return Double.NaN;
    }
    double measured = limits.gigaOperationsPerSecond(Operations.of(arithmetic, 1));
    if (!Double.isNaN(measured)) {
      peaks.put(arithmetic, measured);
    }
    return measured;
  }

  /** Work that was done, the older the less it counts. */
  private static final class Observed {
    /** What remains of older work when new comes. */
    private static final double KEPT = 0.5;

    private double operations;
    private double seconds;

    boolean known() {
      return seconds > 0;
    }

    double operationsPerSecond() {
      return operations / seconds;
    }

    void add(Operations work, double millis) {
      if (millis > 0) {
        operations = operations * KEPT + work.total();
        seconds = seconds * KEPT + millis / 1e3;
      }
    }
  }
}
