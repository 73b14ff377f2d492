package dev.ocelli.engine.kernels;

/** How arithmetic in Java is done. */
public enum Simd {
  /** One value at a time; works everywhere and is many times slower. */
  SCALAR,
  /** Vectors of {@code jdk.incubator.vector}, as wide as the machine has them. */
  VECTOR,
  /** Scalar at first, vectors when there turns out to be enough to compute: the same bits. */
  ADAPTIVE;

  private static final boolean MODULE = isPresent();

  private static final boolean COMPILED =
      !System.getProperty("java.vm.info", "").contains("interpreted");

  /** The best that this JVM can do. */
  public static Simd best() {
    return MODULE && COMPILED ? VECTOR : SCALAR;
  }

  /** Asks for a class, not for the boot layer: a launcher may have added the module later. */
  private static boolean isPresent() {
    try {
      Class.forName("jdk.incubator.vector.Vector", false, Simd.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /** Whether the module of the Vector API is there. */
  public static boolean hasVectorModule() {
    return MODULE;
  }
}
