package dev.ocelli.engine.quantize;

import dev.ocelli.engine.tensor.DType;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a file shall become.
 *
 * @param file the file type; empty copies every tensor as it is
 * @param rules types for tensors by name, the first that is found in the name counts
 * @param output type of the output matrix instead of the mix's
 * @param embedding type of the token embedding instead of the mix's
 * @param switches what is left out or allowed
 */
public record QuantizeOptions(
    Optional<FileType> file,
    List<Rule> rules,
    Optional<DType> output,
    Optional<DType> embedding,
    Switches switches) {

  /**
   * A type for tensors whose name matches somewhere.
   *
   * @param name what is searched for in a name
   */
  public record Rule(Pattern name, DType type) {}

  /**
   * Yes or no.
   *
   * @param leaveOutput {@code output.weight} stays as it is
   * @param pure no mix: all tensors get the one type
   * @param requantize tensors that are quantized already may be quantized again
   */
  public record Switches(boolean leaveOutput, boolean pure, boolean requantize) {}

  /** A file of a type as usual. */
  public static QuantizeOptions of(FileType file) {
    return new QuantizeOptions(
        Optional.of(file),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        new Switches(false, false, false));
  }
}
