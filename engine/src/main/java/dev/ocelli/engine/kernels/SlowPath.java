package dev.ocelli.engine.kernels;

/** Situations in which results are right but come slower than they could. */
public enum SlowPath {
  NO_VECTOR_MODULE(
      "the Java virtual machine runs without jdk.incubator.vector, so everything is computed one value at a time",
      "start it with --add-modules=jdk.incubator.vector, as the ocelli launcher does"),
  INTERPRETED(
      "the Java virtual machine interprets bytecode, so everything is computed one value at a time",
      "start it without -Xint"),
  NO_MACHINE_CODE(
      "no machine code can be emitted, so matrix products take a slower way",
      "on x86 with AVX2, let the process have executable memory and start Java with --enable-native-access=ALL-UNNAMED"),
  MAPPED_WEIGHTS(
      "weights stay as the file has them and are dequantized each time they are used",
      "leave out --load-mode mmap where memory suffices"),
  GENERIC_WEIGHTS(
      "there is no kernel for weights of this type; they are dequantized each time they are used",
      "use a file of type Q4_K_M, Q5_K_M, Q6_K, Q8_0 or F16");

  private final String what;
  private final String remedy;

  SlowPath(String what, String remedy) {
    this.what = what;
    this.remedy = remedy;
  }

  /** What is slow, in one clause. */
  public String what() {
    return what;
  }

  /** What the user can do about it. */
  public String remedy() {
    return remedy;
  }

  /**
   * An occurrence.
   *
   * @param path the situation
   * @param subject what it applies to, such as a type of weights; empty when it applies to all
   */
  public record Notice(SlowPath path, String subject) {
    /** One line for the user. */
    public String message() {
      return (subject.isEmpty() ? "" : subject + ": ") + path.what + "; " + path.remedy;
    }
  }
}
