package dev.ocelli.cli.doctor;

import java.io.File;
import java.util.Map;

/** What became of the cache of loaded classes in this run. */
enum StartCacheState {
  /** It was there when the program started. */
  USED("in use"),
  /** It is made in the background after this run. */
  UNUSED_FOR_NOW("not there yet; it is made behind the first run"),
  /** The environment switches it off. */
  OFF("switched off by OCELLI_AOT"),
  /** There is no folder for it. */
  NO_FOLDER("there is no folder for caches, so that every start is a slow one"),
  /** Not started by the launcher or the jar. */
  NOT_A_JAR("the program was started without its launcher, which looks after it");

  private final String text;

  StartCacheState(String text) {
    this.text = text;
  }

  /** In words. */
  String text() {
    return text;
  }

  /**
   * That of this run.
   *
   * @param environment the environment's variables
   */
  static StartCacheState now(Map<String, String> environment) {
    String wish = environment.getOrDefault("OCELLI_AOT", "");
    if (wish.equalsIgnoreCase("off") || wish.equals("0")) {
      return OFF;
    }
    if (System.getProperty("ocelli.boot") == null) {
      return NOT_A_JAR;
    }
    String file = System.getProperty("ocelli.aot", "");
    return file.isEmpty() ? NO_FOLDER : new File(file).isFile() ? USED : UNUSED_FOR_NOW;
  }
}
