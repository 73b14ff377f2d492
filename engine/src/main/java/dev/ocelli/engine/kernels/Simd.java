package dev.ocelli.engine.kernels;

/** How arithmetic in Java is done. */
public enum Simd {
  /** One value at a time; works everywhere and is many times slower. */
  SCALAR,
  /** Vectors of {@code jdk.incubator.vector}, as wide as the machine has them. */
  VECTOR;

  private static final boolean MODULE =
      ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();

  private static final boolean COMPILED =
      !System.getProperty("java.vm.info", "").contains("interpreted");

  /** The best that this JVM can do. */
  public static Simd best() {
    return MODULE && COMPILED ? VECTOR : SCALAR;
  }

  /** Whether the JVM was started with the module of the Vector API. */
  public static boolean hasVectorModule() {
    return MODULE;
  }
}
