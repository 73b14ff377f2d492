package dev.ocelli.cli.boot;

/** Makes {@code jdk.incubator.vector} readable in a running JVM. */
final class VectorModule {
  static final String NAME = "jdk.incubator.vector";

  private VectorModule() {}

  /** Whether classes of the module can be loaded. */
  static boolean present() {
    try {
      Class.forName("jdk.incubator.vector.Vector", false, null);
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /**
   * Adds the module the way the JDK itself adds modules for agents, and reports whether that
   * worked. Where the JDK gives no access or has changed, the caller falls back to {@code
   * --add-modules}.
   */
  static boolean add() {
    try {
      Class.forName("jdk.internal.module.Modules")
          .getMethod("loadModule", String.class)
          .invoke(null, NAME);
      return present();
    } catch (ReflectiveOperationException e) {
      return false;
    } catch (RuntimeException e) {
      return false;
    } catch (LinkageError e) {
      return false;
    }
  }
}
