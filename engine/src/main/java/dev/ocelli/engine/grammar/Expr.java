package dev.ocelli.engine.grammar;

import java.util.List;

/** A pattern of text. */
sealed interface Expr {
  /** The empty text. */
  Expr EMPTY = new Sequence(List.of());

  /** Exactly this text. */
  record Text(String text) implements Expr {}

  /** One character of a set that is not empty. */
  record Chars(CodePoints set) implements Expr {}

  /** One after the other. */
  record Sequence(List<Expr> parts) implements Expr {
    public Sequence {
      parts = List.copyOf(parts);
    }
  }

  /** One of several, at least one. */
  record Choice(List<Expr> options) implements Expr {
    public Choice {
      options = List.copyOf(options);
      if (options.isEmpty()) {
        throw new IllegalArgumentException("a choice of nothing");
      }
    }
  }

  /**
   * The same again and again.
   *
   * @param max at most so often, or {@link #UNLIMITED}
   */
  record Repeat(Expr body, int min, int max) implements Expr {
    static final int UNLIMITED = -1;

    public Repeat {
      if (min < 0 || max != UNLIMITED && max < min) {
        throw new IllegalArgumentException("repeated %d to %d times".formatted(min, max));
      }
    }
  }

  /** What the rule of this name says. */
  record Rule(String name) implements Expr {}

  /** Any text in which a mark does not occur. */
  record Without(String mark) implements Expr {}

  static Expr text(String text) {
    return new Text(text);
  }

  static Expr sequence(Expr... parts) {
    return new Sequence(List.of(parts));
  }

  static Expr choice(Expr... options) {
    return new Choice(List.of(options));
  }

  static Expr rule(String name) {
    return new Rule(name);
  }

  static Expr chars(CodePoints set) {
    return new Chars(set);
  }

  static Expr optional(Expr body) {
    return new Repeat(body, 0, 1);
  }

  static Expr many(Expr body) {
    return new Repeat(body, 0, Repeat.UNLIMITED);
  }

  static Expr repeat(Expr body, int min, int max) {
    return new Repeat(body, min, max);
  }
}
