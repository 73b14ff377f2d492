package dev.ocelli.engine.chat.jinja;

/**
 * The value of a name or attribute that is not there: printed as nothing, false, empty when
 * iterated, an error when used in any other way.
 *
 * @param why the sentence of that error
 */
record Undefined(String why) {
  Fault fault() {
    return new Fault(why);
  }
}
