package dev.ocelli.cli.doctor;

/**
 * What {@code doctor} found out about one thing.
 *
 * @param topic what was looked at
 * @param verdict how it is
 * @param what the facts, a line
 * @param remedy what to do, or empty where nothing is to be done
 */
record Finding(String topic, Verdict verdict, String what, String remedy) {

  /** How something is. */
  enum Verdict {
    /** As it should be. */
    OK,
    /** It works, but could be better. */
    WARN,
    /** It does not work, or results may be wrong. */
    BAD
  }

  static Finding ok(String topic, String what) {
    return new Finding(topic, Verdict.OK, what, "");
  }

  static Finding warn(String topic, String what, String remedy) {
    return new Finding(topic, Verdict.WARN, what, remedy);
  }

  static Finding bad(String topic, String what, String remedy) {
    return new Finding(topic, Verdict.BAD, what, remedy);
  }

  /** Good, or to be bettered. */
  static Finding okIf(boolean good, String topic, String what, String remedy) {
    return good ? ok(topic, what) : warn(topic, what, remedy);
  }
}
