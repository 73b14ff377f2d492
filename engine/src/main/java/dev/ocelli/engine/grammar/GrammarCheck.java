package dev.ocelli.engine.grammar;

import dev.ocelli.engine.OcelliException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds rules that are missing, can never end, or begin with themselves. */
final class GrammarCheck {
  private final Grammar grammar;
  private final Set<String> nullable = new HashSet<>();
  private final Set<String> ending = new HashSet<>();

  private GrammarCheck(Grammar grammar) {
    this.grammar = grammar;
  }

  static void check(Grammar grammar) {
    GrammarCheck c = new GrammarCheck(grammar);
    Set<String> used = c.reachable();
    c.close(used);
    // The rules that are found last are mostly the cause, the others use them.
    for (String name : new ArrayList<>(used).reversed()) {
      if (!c.ending.contains(name)) {
        throw new OcelliException(
            OcelliException.Kind.USAGE,
            "%s can never end: every way through it leads back to it; give it an alternative that ends"
                .formatted(name));
      }
    }
    c.refuseLeftRecursion(used);
  }

  private Expr body(String name, String caller) {
    Expr body = grammar.rules().get(name);
    if (body == null) {
      throw new OcelliException(
          OcelliException.Kind.USAGE,
          caller.isEmpty()
              ? "the grammar has no rule '%s', which the whole reply must match; add it"
                  .formatted(name)
              : "the grammar's rule '%s' uses '%s', which is not defined; define it"
                  .formatted(caller, name));
    }
    return body;
  }

  private Set<String> reachable() {
    Set<String> seen = new LinkedHashSet<>(List.of(grammar.root()));
    Deque<String> open = new ArrayDeque<>(seen);
    body(grammar.root(), "");
    while (!open.isEmpty()) {
      String name = open.remove();
      List<String> calls = new ArrayList<>();
      calls(body(name, name), calls);
      for (String called : calls) {
        body(called, name);
        if (seen.add(called)) {
          open.add(called);
        }
      }
    }
    return seen;
  }

  private static void calls(Expr e, List<String> out) {
    switch (e) {
      case Expr.Rule r -> out.add(r.name());
      case Expr.Sequence s -> s.parts().forEach(p -> calls(p, out));
      case Expr.Choice c -> c.options().forEach(o -> calls(o, out));
      case Expr.Repeat r -> calls(r.body(), out);
      case Expr.Text t -> {}
      case Expr.Chars c -> {}
      case Expr.Without w -> {}
    }
  }

  /** Which rules can match nothing, and which can end: until nothing changes. */
  private void close(Set<String> used) {
    // In the reverse order of their discovery callees mostly come first.
    List<String> order = new ArrayList<>(used).reversed();
    boolean changed = true;
    while (changed) {
      changed = false;
      for (String name : order) {
        Expr body = body(name, "");
        if (!ending.contains(name) && ends(body)) {
          changed |= ending.add(name);
        }
        if (!nullable.contains(name) && nullable(body)) {
          changed |= nullable.add(name);
        }
      }
    }
  }

  private boolean ends(Expr e) {
    return switch (e) {
      case Expr.Rule r -> ending.contains(r.name());
      case Expr.Sequence s -> s.parts().stream().allMatch(this::ends);
      case Expr.Choice c -> c.options().stream().anyMatch(this::ends);
      case Expr.Repeat r -> r.min() == 0 || ends(r.body());
      case Expr.Text t -> true;
      case Expr.Chars c -> !c.set().isEmpty();
      case Expr.Without w -> true;
    };
  }

  private boolean nullable(Expr e) {
    return switch (e) {
      case Expr.Rule r -> nullable.contains(r.name());
      case Expr.Sequence s -> s.parts().stream().allMatch(this::nullable);
      case Expr.Choice c -> c.options().stream().anyMatch(this::nullable);
      case Expr.Repeat r -> r.min() == 0 || nullable(r.body());
      case Expr.Text t -> t.text().isEmpty();
      case Expr.Chars c -> false;
      case Expr.Without w -> true;
    };
  }

  private void refuseLeftRecursion(Set<String> used) {
    Map<String, List<String>> left = new HashMap<>();
    for (String name : used) {
      List<String> calls = new ArrayList<>();
      leftCalls(body(name, ""), calls);
      left.put(name, calls.stream().distinct().toList());
    }
    Set<String> done = new HashSet<>();
    for (String name : used) {
      search(name, left, done);
    }
  }

  /** Depth first without recursion: chains of rules may be long. */
  private static void search(String from, Map<String, List<String>> left, Set<String> done) {
    List<String> path = new ArrayList<>();
    Set<String> onPath = new HashSet<>();
    Deque<Iterator<String>> open = new ArrayDeque<>();
    open.push(List.of(from).iterator());
    while (!open.isEmpty()) {
      if (!open.element().hasNext()) {
        open.pop();
        if (!path.isEmpty()) {
          String finished = path.removeLast();
          onPath.remove(finished);
          done.add(finished);
        }
        continue;
      }
      String name = open.element().next();
      if (onPath.contains(name)) {
        List<String> cycle = new ArrayList<>(path.subList(path.indexOf(name), path.size()));
        cycle.add(name);
        throw new OcelliException(
            OcelliException.Kind.USAGE,
            "the grammar is left-recursive (%s): a rule must not begin with itself; write the repetition with '*' or put the recursion last"
                .formatted(String.join(" -> ", cycle)));
      }
      if (!done.contains(name)) {
        path.add(name);
        onPath.add(name);
        open.push(left.getOrDefault(name, List.of()).iterator());
      }
    }
  }

  /** Rules that may be called before a character is taken; whether the pattern may be empty. */
  private boolean leftCalls(Expr e, List<String> out) {
    return switch (e) {
      case Expr.Rule r -> {
        out.add(r.name());
        yield nullable.contains(r.name());
      }
      case Expr.Sequence s -> {
        for (Expr part : s.parts()) {
          if (!leftCalls(part, out)) {
            yield false;
          }
        }
        yield true;
      }
      case Expr.Choice c -> {
        boolean empty = false;
        for (Expr option : c.options()) {
          empty |= leftCalls(option, out);
        }
        yield empty;
      }
      case Expr.Repeat r -> leftCalls(r.body(), out) || r.min() == 0;
      default -> nullable(e);
    };
  }
}
