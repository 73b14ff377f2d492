package dev.ocelli.cli.boot;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.URISyntaxException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * The main class of the jar. It is compiled for Java 8, so that an old Java can say what is missing
 * instead of failing with a class version.
 *
 * <p>On a JVM that has the options of {@code jvm.args} it calls {@code dev.ocelli.cli.Main}. On any
 * other it starts a JVM of Java 25 or newer with them, lends it the standard streams, and ends with
 * its exit code.
 */
public final class Bootstrap {
  private static final int EXIT_RESOURCE = 6;
  private static final String MAIN = "dev.ocelli.cli.Main";

  /**
   * {@code ready} in a JVM with our options, {@code plain} in one that uses no JDK internals,
   * {@code cache} and {@code rehearsal} in those that make the {@link StartCache}.
   */
  private static final String STATE = "ocelli.boot";

  /** Base64 of the UTF-8 arguments joined by NUL, where the platform could not carry them. */
  private static final String ARGUMENTS = "ocelli.boot.arguments";

  private Bootstrap() {}

  /** Starts the program. */
  public static void main(String[] args) throws Exception {
    String state = System.getProperty(STATE, "");
    if (state.equals("cache")) {
      StartCache.make();
      return;
    }
    if (state.equals("rehearsal")) {
      // Without the module: the JVM cannot archive classes of a module that was added late.
      run("dev.ocelli.cli.Rehearsal", args);
      return;
    }
    boolean ready = !state.isEmpty() && Jdks.specification() >= Jdks.NEEDED;
    if (ready && (!computes(args) || VectorModule.present() || VectorModule.add())) {
      StartCache.makeAtExit();
      run(MAIN, arguments(args));
      return;
    }
    if (state.equals("plain")) {
      fail(
          System.getProperty("java.home")
              + " has no module jdk.incubator.vector; use a complete JDK "
              + Jdks.NEEDED
              + " or newer and set OCELLI_JAVA_HOME to its folder");
    }
    System.exit(restart(args, ready ? "plain" : "ready"));
  }

  /** Whether a command may compute something; help alone needs no vectors. */
  private static boolean computes(String[] args) {
    return args.length > 0 && !args[0].startsWith("-") && !Arrays.asList(args).contains("--help")
        || System.getProperty(ARGUMENTS) != null;
  }

  private static void run(String main, String[] args) throws Exception {
    try {
      Class.forName(main).getMethod("main", String[].class).invoke(null, (Object) args);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof Error) {
        throw (Error) e.getCause();
      }
      throw (Exception) e.getCause();
    }
  }

  private static int restart(String[] args, String state) throws Exception {
    Jdks.Found jdk = Jdks.find();
    if (jdk == null) {
      String chosen = System.getenv("OCELLI_JAVA_HOME");
      fail(
          chosen != null && !chosen.isEmpty()
              ? "OCELLI_JAVA_HOME=" + chosen + " is no JDK " + Jdks.NEEDED + " or newer; correct it"
              : "needs Java "
                  + Jdks.NEEDED
                  + " or newer; this is Java "
                  + System.getProperty("java.version")
                  + " and no newer one was found in the usual folders; install a JDK "
                  + Jdks.NEEDED
                  + " or set OCELLI_JAVA_HOME to its folder");
      return EXIT_RESOURCE;
    }
    List<String> command = new ArrayList<String>();
    command.add(jdk.java().getPath());
    for (String option : JvmArguments.read()) {
      if (option.startsWith("-D" + STATE + "=")) {
        command.add("-D" + STATE + "=" + state);
      } else if (state.equals("plain") && option.startsWith("--add-exports=")) {
        command.add("--add-modules=" + VectorModule.NAME);
      } else {
        command.add(option);
      }
    }
    String more = System.getenv("OCELLI_JAVA_OPTS");
    if (more != null && !more.trim().isEmpty()) {
      command.addAll(Arrays.asList(more.trim().split("\\s+")));
    }
    command.addAll(1, StartCache.options(jdk.java(), classPath()));
    String[] utf8 = RawArguments.recover(args);
    boolean carried = representable(utf8);
    if (!carried) {
      command.add("-D" + ARGUMENTS + "=" + encode(utf8));
    }
    command.add("-cp");
    command.add(classPath());
    command.add(Bootstrap.class.getName());
    if (carried) {
      command.addAll(Arrays.asList(utf8));
    }
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    if (!isWindows() && !RawArguments.platformIsUtf8()) {
      // File names are bytes on Unix; Java decodes them by the locale, and loses them in "C".
      builder.environment().put("LC_ALL", "C.UTF-8");
    }
    try {
      final Process child = builder.start();
      Thread end =
          new Thread(
              new Runnable() {
                @Override
                public void run() {
                  passOn(child);
                }
              });
      Runtime.getRuntime().addShutdownHook(end);
      if (args.length > 0 && args[0].equals("chat")) {
        leaveInterrupts();
      }
      return child.waitFor();
    } catch (IOException e) {
      fail("cannot start " + jdk.java() + ": " + e.getMessage() + "; set OCELLI_JAVA_HOME");
      return EXIT_RESOURCE;
    }
  }

  /**
   * Ends the child when this JVM is told to end, and waits while it prints what it has. A terminal
   * sends Ctrl-C to both; the second signal then has no effect.
   */
  private static void passOn(Process child) {
    try {
      if (isWindows()) {
        Thread.sleep(1000);
      }
      child.destroy();
      child.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Leaves Ctrl-C to the child: in a chat it ends a reply and not the program. The handler does
   * nothing, rather than to be the system's own of that meaning, which a child would inherit.
   */
  private static void leaveInterrupts() {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object nothing =
          Proxy.newProxyInstance(
              Bootstrap.class.getClassLoader(),
              new Class<?>[] {handler},
              new InvocationHandler() {
                @Override
                public Object invoke(Object proxy, Method method, Object[] values) {
                  return null;
                }
              });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance("INT"), nothing);
    } catch (ReflectiveOperationException e) {
      // A Java without signals: Ctrl-C ends the chat as it ends everything else.
    }
  }

  private static String[] arguments(String[] args) {
    String encoded = System.getProperty(ARGUMENTS);
    if (encoded == null) {
      return args;
    }
    String all = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
    return all.isEmpty() ? new String[0] : all.substring(0, all.length() - 1).split("\0", -1);
  }

  private static String encode(String[] args) {
    StringBuilder all = new StringBuilder();
    for (String a : args) {
      all.append(a).append('\0');
    }
    return Base64.getEncoder().encodeToString(all.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static boolean representable(String[] args) {
    String name = System.getProperty("sun.jnu.encoding", "UTF-8");
    Charset charset = Charset.isSupported(name) ? Charset.forName(name) : StandardCharsets.US_ASCII;
    for (String a : args) {
      if (!charset.newEncoder().canEncode(a)) {
        return false;
      }
    }
    return true;
  }

  private static String classPath() throws URISyntaxException {
    String own =
        new File(Bootstrap.class.getProtectionDomain().getCodeSource().getLocation().toURI())
            .getPath();
    String given = System.getProperty("java.class.path", "");
    return own.endsWith(".jar") || given.isEmpty() ? own : given;
  }

  private static boolean isWindows() {
    return System.getProperty("os.name", "").startsWith("Windows");
  }

  private static void fail(String message) {
    System.err.println("ocelli: " + message);
    System.exit(EXIT_RESOURCE);
  }
}
