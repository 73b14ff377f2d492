package dev.ocelli.engine.verify;

import dev.ocelli.engine.kernels.Workers;
import dev.ocelli.engine.kernels.jit.HugePages;
import dev.ocelli.engine.quant.Quants;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Tensor;
import dev.ocelli.engine.tensor.TensorSource;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads every byte of files that opened: decodes all values, and computes the files' SHA-256.
 *
 * <p>A scale that is no finite number makes all values of its block such, so that looking at values
 * finds it; only MXFP4 has a scale (255) that means "no number" and is decoded as a large one.
 */
public final class Verifier {
  /** Values of a piece of a tensor that a worker decodes at once. */
  private static final int VALUES = 1 << 16;

  /** Bytes of a file that are read at once. */
  private static final int HASHED = 1 << 20;

  private static final byte MXFP4_NAN = (byte) 255;

  private final List<Tensor> tensors;
  private final List<TensorSource.FileBytes> files;
  private final Tally[] tallies;
  private final @Nullable String[] hashes;

  /** What was found in a tensor. */
  private static final class Tally {
    long bad;
    long zeros;
    long firstBad = Long.MAX_VALUE;
    float example;

    synchronized void add(long bad, long zeros, long firstBad, float example) {
      this.bad += bad;
      this.zeros += zeros;
      if (firstBad < this.firstBad) {
        this.firstBad = firstBad;
        this.example = example;
      }
    }
  }

  /** Hears how far it is. */
  @FunctionalInterface
  public interface Progress {
    /** So many parts of all are done; called by any thread, one at a time. */
    void done(int parts, int all);
  }

  /**
   * A tensor that is damaged, or might be.
   *
   * @param bad how many of its values are no finite numbers
   * @param first index of the first of them
   * @param example what the first of them is
   * @param empty whether all its values are 0, as in a file that was not written completely
   */
  public record Finding(Tensor tensor, long bad, long first, float example, boolean empty) {}

  /** The SHA-256 of a file, in small hexadecimal digits. */
  public record FileHash(String name, long bytes, String sha256) {}

  /**
   * What was found.
   *
   * @param findings in the order of the tensors
   * @param hashes of all files
   * @param tensors how many were read
   * @param skipped how many have a type without a meaning as weights
   */
  public record Result(List<Finding> findings, List<FileHash> hashes, int tensors, int skipped) {
    /** Whether all values are numbers. */
    public boolean isSound() {
      return findings.stream().allMatch(f -> f.bad() == 0);
    }
  }

  /** Part of a tensor, or a file to hash. */
  private record Part(int index, long row, long rows, boolean file) {}

  /**
   * @param tensors those to look at; they stay mapped as long as this is used
   * @param files those to hash
   */
  public Verifier(List<Tensor> tensors, List<TensorSource.FileBytes> files) {
    this.tensors = List.copyOf(tensors);
    this.files = List.copyOf(files);
    this.tallies = new Tally[tensors.size()];
    this.hashes = new @Nullable String[files.size()];
    for (int i = 0; i < tallies.length; i++) {
      tallies[i] = new Tally();
    }
  }

  /** Reads everything; workers share the files and the parts of tensors. */
  public Result run(Workers workers, Progress progress) {
    List<Part> parts = parts();
    float[][] scratch = new float[workers.threads()][];
    int[] done = new int[1];
    workers.run(
        parts.size(),
        (index, worker) -> {
          Part part = parts.get(index);
          if (part.file) {
            hashes[part.index] = sha256(files.get(part.index).bytes());
          } else {
            scan(part, scratch, worker);
          }
          synchronized (done) {
            progress.done(++done[0], parts.size());
          }
        });
    return result();
  }

  /** Files first: each takes one worker for long. */
  private List<Part> parts() {
    List<Part> parts = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      parts.add(new Part(i, 0, 0, true));
    }
    for (int i = 0; i < tensors.size(); i++) {
      Tensor t = tensors.get(i);
      if (!Quants.supported(t.type())) {
        continue;
      }
      // Enough rows that a part is worth handing out, and that a report of progress is.
      long rows = Math.max(1, 64L * VALUES / t.columns());
      for (long row = 0; row < t.rows(); row += rows) {
        parts.add(new Part(i, row, Math.min(rows, t.rows() - row), false));
      }
    }
    return parts;
  }

  private void scan(Part part, float[][] scratch, int worker) {
    Tensor t = tensors.get(part.index);
    DType type = t.type();
    long from = part.row * t.columns();
    long to = from + part.rows * t.columns();
    if (scratch[worker] == null) {
      scratch[worker] = new float[VALUES];
    }
    float[] values = scratch[worker];
    long bad = 0;
    long zeros = 0;
    long first = Long.MAX_VALUE;
    float example = 0;
    for (long at = from; at < to; at += VALUES) {
      int n = (int) Math.min(VALUES, to - at);
      long byteOffset = type.bytes(at);
      Quants.dequantize(type, t.data(), byteOffset, values, 0, n);
      if (type == DType.MXFP4) {
        markScales(t.data(), byteOffset, values, n);
      }
      for (int i = 0; i < n; i++) {
        float v = values[i];
        if (v == 0) {
          zeros++;
        } else if (!(Math.abs(v) <= Float.MAX_VALUE)) {
          bad++;
          if (first == Long.MAX_VALUE) {
            first = at + i;
            example = v;
          }
        }
      }
    }
    tallies[part.index].add(bad, zeros, first, example);
    HugePages.drop(t.data().asSlice(type.bytes(from), type.bytes(to - from)));
  }

  private static void markScales(MemorySegment data, long offset, float[] values, int n) {
    int size = DType.MXFP4.blockValues();
    for (int b = 0; b < n / size; b++) {
      long at = offset + (long) b * DType.MXFP4.blockBytes();
      if (data.get(ValueLayout.JAVA_BYTE, at) == MXFP4_NAN) {
        java.util.Arrays.fill(values, b * size, (b + 1) * size, Float.NaN);
      }
    }
  }

  private static String sha256(MemorySegment bytes) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
    byte[] buffer = new byte[HASHED];
    for (long at = 0; at < bytes.byteSize(); at += HASHED) {
      int n = (int) Math.min(HASHED, bytes.byteSize() - at);
      MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, at, buffer, 0, n);
      digest.update(buffer, 0, n);
      HugePages.drop(bytes.asSlice(at, n));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private Result result() {
    List<Finding> findings = new ArrayList<>();
    int skipped = 0;
    for (int i = 0; i < tensors.size(); i++) {
      Tensor t = tensors.get(i);
      Tally tally = tallies[i];
      boolean empty = tally.zeros == t.values() && t.name().endsWith(".weight");
      if (tally.bad > 0 || empty) {
        findings.add(new Finding(t, tally.bad, tally.firstBad, tally.example, empty));
      }
      skipped += Quants.supported(t.type()) ? 0 : 1;
    }
    List<FileHash> all = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      TensorSource.FileBytes f = files.get(i);
      all.add(new FileHash(f.name(), f.bytes().byteSize(), String.valueOf(hashes[i])));
    }
    return new Result(List.copyOf(findings), List.copyOf(all), tensors.size() - skipped, skipped);
  }
}
