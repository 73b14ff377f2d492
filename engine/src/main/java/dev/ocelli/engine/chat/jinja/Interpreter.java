package dev.ocelli.engine.chat.jinja;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs a parsed template once. */
final class Interpreter {
  private enum Flow {
    NEXT,
    BREAK,
    CONTINUE
  }

  private final Budget budget;
  private final Values values;
  private final Methods methods;
  private final Filters filters;
  private final Globals globals;
  private Marked.Builder out = new Marked.Builder();

  Interpreter(Budget budget, LocalDateTime now) {
    this.budget = budget;
    this.values = new Values(budget);
    this.methods = new Methods(values);
    this.filters = new Filters(values, methods);
    this.globals = new Globals(values, now);
  }

  Marked run(List<Statement> body, Map<String, Object> variables) {
    Scope scope = new Scope(null);
    for (Globals.Function function : Globals.Function.values()) {
      scope.set(function.written(), function);
    }
    Scope context = new Scope(scope);
    variables.forEach(context::set);
    run(body, context);
    return out.build();
  }

  // ---- statements ----

  private Flow run(List<Statement> body, Scope scope) {
    budget.enter();
    Flow flow = Flow.NEXT;
    for (int i = 0; i < body.size() && flow == Flow.NEXT; i++) {
      budget.spend(1);
      flow = run(body.get(i), scope);
    }
    budget.leave();
    return flow;
  }

  private Flow run(Statement statement, Scope scope) {
    switch (statement) {
      case Statement.Data data -> append(data.text());
      case Statement.Output output -> append(values.str(eval(output.value(), scope)));
      case Statement.If conditional -> {
        return branch(conditional, scope);
      }
      case Statement.For loop -> {
        return loop(loop, scope);
      }
      case Statement.Set set -> assign(set.target(), eval(set.value(), scope), scope, set.line());
      case Statement.SetBlock set -> {
        Marked text = captured(set.body(), new Scope(scope));
        assign(set.target(), filtered(text, set.filters(), scope), scope, set.line());
      }
      case Statement.FilterBlock block -> {
        Marked text = captured(block.body(), new Scope(scope));
        append(values.str(filtered(text, block.filters(), scope)));
      }
      case Statement.Macro macro ->
          scope.set(macro.name(), new MacroValue(macro.function(), scope));
      case Statement.CallBlock block -> {
        MacroValue caller = new MacroValue(block.caller(), scope);
        append(values.str(call(block.call(), caller, scope)));
      }
      case Statement.With with -> {
        Scope inner = new Scope(scope);
        for (int i = 0; i < with.targets().size(); i++) {
          assign(with.targets().get(i), eval(with.values().get(i), scope), inner, with.line());
        }
        return run(with.body(), inner);
      }
      case Statement.Scoped scoped -> {
        return run(scoped.body(), new Scope(scope));
      }
      case Statement.Break b -> {
        return Flow.BREAK;
      }
      case Statement.Continue c -> {
        return Flow.CONTINUE;
      }
    }
    return Flow.NEXT;
  }

  private void append(Marked text) {
    budget.spend(text.length());
    out.append(text);
  }

  private Marked captured(List<Statement> body, Scope scope) {
    Marked.Builder outer = out;
    out = new Marked.Builder();
    run(body, scope);
    Marked text = out.build();
    out = outer;
    return text;
  }

  private Object filtered(Marked text, List<Expr.Filtered> steps, Scope scope) {
    Object value = text;
    for (Expr.Filtered step : steps) {
      value = filter(step, value, scope);
    }
    return value;
  }

  private Flow branch(Statement.If conditional, Scope scope) {
    for (Statement.Branch branch : conditional.branches()) {
      if (Values.isTrue(eval(branch.test(), scope))) {
        return run(branch.body(), scope);
      }
    }
    return run(conditional.otherwise(), scope);
  }

  private Flow loop(Statement.For loop, Scope scope) {
    List<Object> items = at(loop.line(), () -> values.iterate(eval(loop.iterable(), scope)));
    Expr condition = loop.condition();
    if (condition != null) {
      List<Object> kept = new ArrayList<>();
      for (Object item : items) {
        Scope inner = new Scope(scope);
        assign(loop.target(), item, inner, loop.line());
        if (Values.isTrue(eval(condition, inner))) {
          kept.add(item);
        }
      }
      items = kept;
    }
    if (items.isEmpty()) {
      return run(loop.otherwise(), new Scope(scope));
    }
    Loop state = new Loop(items);
    for (int i = 0; i < items.size(); i++) {
      state.at(i);
      Scope inner = new Scope(scope);
      inner.set("loop", state);
      assign(loop.target(), items.get(i), inner, loop.line());
      if (run(loop.body(), inner) == Flow.BREAK) {
        break;
      }
    }
    return Flow.NEXT;
  }

  private void assign(Statement.Target target, Object value, Scope scope, int line) {
    switch (target) {
      case Statement.Target.Variable variable -> scope.set(variable.name(), value);
      case Statement.Target.Field field -> {
        if (!(scope.find(field.object()) instanceof Namespace namespace)) {
          throw Fault.at(
              line,
              "\"" + field.object() + "\" is not a namespace, so its fields cannot be assigned to");
        }
        namespace.set(field.name(), value);
      }
      case Statement.Target.Several several -> {
        List<Object> items = at(line, () -> values.iterate(value));
        int wanted = several.targets().size();
        if (items.size() != wanted) {
          throw Fault.at(
              line, items.size() + " values cannot be assigned to " + wanted + " variables");
        }
        for (int i = 0; i < wanted; i++) {
          assign(several.targets().get(i), items.get(i), scope, line);
        }
      }
    }
  }

  private static <T> T at(int line, java.util.function.Supplier<T> action) {
    try {
      return action.get();
    } catch (Fault fault) {
      throw fault.within(line);
    }
  }

  // ---- expressions ----

  private Object eval(Expr expr, Scope scope) {
    budget.enter();
    try {
      Object value = value(expr, scope);
      budget.leave();
      return value;
    } catch (Fault fault) {
      throw fault.within(expr.line());
    }
  }

  private Object evalOr(@Nullable Expr expr, Object absent, Scope scope) {
    return expr == null ? absent : eval(expr, scope);
  }

  private Object value(Expr expr, Scope scope) {
    return switch (expr) {
      case Expr.Const constant -> constant.value();
      case Expr.Name name -> {
        Object value = scope.find(name.name());
        yield value == null ? new Undefined("\"" + name.name() + "\" is undefined") : value;
      }
      case Expr.ListOf list -> evalAll(list.items(), scope);
      case Expr.TupleOf tuple -> new Tuple(evalAll(tuple.items(), scope));
      case Expr.DictOf dict -> dict(dict, scope);
      case Expr.Sign sign -> {
        Object operand = eval(sign.operand(), scope);
        yield sign.minus() ? Numbers.negate(operand) : Numbers.positive(operand);
      }
      case Expr.Not not -> !Values.isTrue(eval(not.operand(), scope));
      case Expr.Logic logic -> {
        Object left = eval(logic.left(), scope);
        yield Values.isTrue(left) == logic.and() ? eval(logic.right(), scope) : left;
      }
      case Expr.Arithmetic operation ->
          values.arithmetic(
              operation.operator(), eval(operation.left(), scope), eval(operation.right(), scope));
      case Expr.Concat concat -> concat(concat.operands(), scope);
      case Expr.Compare compare -> compare(compare, scope);
      case Expr.Conditional conditional ->
          Values.isTrue(eval(conditional.test(), scope))
              ? eval(conditional.then(), scope)
              : evalOr(
                  conditional.otherwise(),
                  new Undefined("an \"if\" without \"else\" does not hold"),
                  scope);
      case Expr.Attribute attribute ->
          values.attribute(eval(attribute.object(), scope), attribute.name());
      case Expr.Item item -> values.item(eval(item.object(), scope), eval(item.index(), scope));
      case Expr.Slice slice ->
          values.slice(
              eval(slice.object(), scope),
              evalOr(slice.start(), None.NONE, scope),
              evalOr(slice.stop(), None.NONE, scope),
              evalOr(slice.step(), None.NONE, scope));
      case Expr.Call call -> call(call, null, scope);
      case Expr.Filtered filtered ->
          filter(filtered, evalOr(filtered.operand(), Marked.EMPTY, scope), scope);
      case Expr.Tested tested ->
          Tests.apply(
              tested.name(),
              eval(tested.operand(), scope),
              given(tested.arguments(), scope),
              values);
    };
  }

  private List<Object> evalAll(List<Expr> expressions, Scope scope) {
    budget.spendItems(expressions.size());
    List<Object> evaluated = new ArrayList<>(expressions.size());
    for (Expr expression : expressions) {
      evaluated.add(eval(expression, scope));
    }
    return evaluated;
  }

  private Map<Object, Object> dict(Expr.DictOf dict, Scope scope) {
    budget.spendItems(dict.keys().size());
    Map<Object, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < dict.keys().size(); i++) {
      map.put(Values.key(eval(dict.keys().get(i), scope)), eval(dict.values().get(i), scope));
    }
    return map;
  }

  private Marked concat(List<Expr> operands, Scope scope) {
    Marked.Builder joined = new Marked.Builder();
    for (Expr operand : operands) {
      Marked text = values.str(eval(operand, scope));
      budget.spend(text.length());
      joined.append(text);
    }
    return joined.build();
  }

  private boolean compare(Expr.Compare compare, Scope scope) {
    Object left = eval(compare.first(), scope);
    for (int i = 0; i < compare.operators().size(); i++) {
      Object right = eval(compare.operands().get(i), scope);
      String operator = compare.operators().get(i);
      boolean holds =
          switch (operator) {
            case "==" -> values.equal(left, right);
            case "!=" -> !values.equal(left, right);
            case "in" -> values.contains(right, left);
            case "not in" -> !values.contains(right, left);
            case "<" -> values.compare(left, right, operator) < 0;
            case "<=" -> values.compare(left, right, operator) <= 0;
            case ">" -> values.compare(left, right, operator) > 0;
            default -> values.compare(left, right, operator) >= 0;
          };
      if (!holds) {
        return false;
      }
      left = right;
    }
    return true;
  }

  private Object filter(Expr.Filtered filter, Object value, Scope scope) {
    return at(
        filter.line(), () -> filters.apply(filter.name(), value, given(filter.arguments(), scope)));
  }

  private Signature.Given given(Expr.Arguments arguments, Scope scope) {
    return new Signature.Given(
        evalAll(arguments.positional(), scope),
        arguments.names(),
        evalAll(arguments.named(), scope));
  }

  // ---- calls ----

  private Object call(Expr.Call call, @Nullable MacroValue caller, Scope scope) {
    return at(
        call.line(),
        () -> {
          if (call.callee() instanceof Expr.Attribute method) {
            Object object = eval(method.object(), scope);
            return methods.call(object, method.name(), given(call.arguments(), scope));
          }
          Object callee = eval(call.callee(), scope);
          Signature.Given given = given(call.arguments(), scope);
          return switch (callee) {
            case MacroValue macro -> macro(macro, given, caller);
            case Globals.Function function -> globals.call(function, given);
            case Undefined undefined ->
                throw new Fault(undefined.why() + ", or a function that is not supported");
            default -> throw new Fault("a " + Values.typeName(callee) + " cannot be called");
          };
        });
  }

  private Marked macro(MacroValue macro, Signature.Given given, @Nullable MacroValue caller) {
    Statement.Function function = macro.function();
    Scope scope = new Scope(macro.closure());
    Map<Object, Object> named = new LinkedHashMap<>();
    for (int i = 0; i < given.names().size(); i++) {
      named.put(Marked.trusted(given.names().get(i)), given.named().get(i));
    }
    if (caller != null) {
      named.put(Marked.trusted("caller"), caller);
    }
    int parameters = function.parameters().size();
    int taken = Math.min(parameters, given.positional().size());
    for (int i = 0; i < parameters; i++) {
      String name = function.parameters().get(i);
      Object value = i < taken ? given.positional().get(i) : named.remove(Marked.trusted(name));
      int fallback = i - (parameters - function.defaults().size());
      if (value == null) {
        value =
            fallback >= 0
                ? eval(function.defaults().get(fallback), scope)
                : new Undefined("the parameter \"" + name + "\" is not given");
      }
      scope.set(name, value);
    }
    if (function.uses().contains("caller") && !function.parameters().contains("caller")) {
      Object value = named.remove(Marked.trusted("caller"));
      scope.set("caller", value == null ? new Undefined("there is no caller") : value);
    }
    if (function.uses().contains("kwargs")) {
      scope.set("kwargs", new LinkedHashMap<>(named));
      named.clear();
    }
    if (!named.isEmpty()) {
      throw new Fault(
          "\""
              + function.name()
              + "\" has no argument \""
              + named.keySet().iterator().next()
              + "\"");
    }
    List<Object> rest = given.positional().subList(taken, given.positional().size());
    if (function.uses().contains("varargs")) {
      scope.set("varargs", new Tuple(List.copyOf(rest)));
    } else if (!rest.isEmpty()) {
      throw new Fault("\"" + function.name() + "\" takes at most " + parameters + " arguments");
    }
    return captured(function.body(), scope);
  }
}
