package dev.ocelli.engine.chat.jinja;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which arguments a filter, test, method or function takes.
 *
 * @param required how many of {@code parameters} must be given
 * @param parameters names in order
 * @param open whether any further arguments are taken as well
 */
record Signature(int required, List<String> parameters, boolean open) {
  static Signature of(int required, String... parameters) {
    return new Signature(required, List.of(parameters), false);
  }

  static Signature any() {
    return new Signature(0, List.of(), true);
  }

  /** Complains about arguments that do not fit. */
  void check(String what, Expr.Arguments arguments, int line) {
    check(what, arguments.positional().size(), arguments.names(), line);
  }

  /** Complains about arguments that do not fit. */
  void check(String what, int given, List<String> names, int line) {
    if (open) {
      return;
    }
    if (given > parameters.size()) {
      throw Fault.at(
          line, what + " takes at most " + parameters.size() + " arguments, not " + given);
    }
    for (String name : names) {
      int index = parameters.indexOf(name);
      if (index < 0) {
        throw Fault.at(line, what + " has no argument \"" + name + "\"");
      }
      if (index < given) {
        throw Fault.at(line, what + " is given the argument \"" + name + "\" twice");
      }
    }
    for (int i = given; i < required; i++) {
      if (!names.contains(parameters.get(i))) {
        throw Fault.at(line, what + " needs the argument \"" + parameters.get(i) + "\"");
      }
    }
  }

  /** Evaluated arguments by parameter; null where one is not given. */
  Bound bind(Given given) {
    @Nullable Object[] values = new Object[parameters.size()];
    for (int i = 0; i < given.positional().size(); i++) {
      values[i] = given.positional().get(i);
    }
    for (int i = 0; i < given.names().size(); i++) {
      values[parameters.indexOf(given.names().get(i))] = given.named().get(i);
    }
    return new Bound(values);
  }

  /** Evaluated arguments of a call. */
  record Given(List<Object> positional, List<String> names, List<Object> named) {
    /** The same without the first positional arguments. */
    Given without(int first) {
      return new Given(positional.subList(first, positional.size()), names, named);
    }
  }

  /** Evaluated arguments by parameter. */
  static final class Bound {
    private final @Nullable Object[] values;

    Bound(@Nullable Object[] values) {
      this.values = values;
    }

    boolean has(int parameter) {
      return parameter < values.length && values[parameter] != null;
    }

    /** An argument, or {@code absent} where it is not given. */
    Object get(int parameter, Object absent) {
      Object value = parameter < values.length ? values[parameter] : null;
      return value == null ? absent : value;
    }

    /** An argument that the signature requires. */
    Object get(int parameter) {
      return java.util.Objects.requireNonNull(values[parameter]);
    }
  }
}
