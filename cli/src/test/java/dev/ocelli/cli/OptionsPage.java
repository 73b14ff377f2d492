package dev.ocelli.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Writes the page of all options, docs/options.md, from what the commands themselves say. */
final class OptionsPage {
  private static final String HEAD =
      """
      # All options

      What `ocelli COMMAND --help` says, in one place. This page is made from the program; a test holds it to that. What options cannot say in a line is in [cli.md](cli.md) and [server.md](server.md).
      `-h` shows the help of a command.
      """;

  private OptionsPage() {}

  /** The page. */
  static String text(Map<String, CommandLine> commands) {
    Map<String, TreeSet<String>> users = new TreeMap<>();
    commands.forEach((name, line) ->
        options(line)
            .forEach(o -> users.computeIfAbsent(row(o), unused -> new TreeSet<>()).add(name)));
    StringBuilder out = new StringBuilder(HEAD);
    Map<String, StringBuilder> shared = new TreeMap<>();
    Map<String, StringBuilder> own = new LinkedHashMap<>();
    commands.forEach((name, line) -> {
      StringBuilder rows = own.computeIfAbsent(name, unused -> new StringBuilder());
      for (OptionSpec option : options(line)) {
        String row = row(option);
        TreeSet<String> with = users.getOrDefault(row, new TreeSet<>());
        if (with.size() == 1) {
          rows.append(row).append(" |\n");
        } else {
          shared.computeIfAbsent(
              row, r -> new StringBuilder(r).append(" | ").append(String.join(", ", with)));
        }
      }
    });
    out.append("\n## Of several commands\n\n| option | | commands |\n|---|---|---|\n");
    shared.values().forEach(row -> out.append(row).append(" |\n"));
    own.forEach((name, rows) -> {
      if (!rows.isEmpty()) {
        out.append("\n## ").append(name).append("\n\n| option | |\n|---|---|\n").append(rows);
      }
    });
    return out.toString();
  }

  private static List<OptionSpec> options(CommandLine line) {
    return line.getCommandSpec().options().stream()
        .filter(o -> !o.hidden() && !o.usageHelp())
        .toList();
  }

  private static String row(OptionSpec option) {
    List<String> names = List.of(option.names());
    String label = option.arity().max() == 0 ? "" : " " + option.paramLabel();
    String description = String.join(" ", option.description()).replace("%n", " ");
    return "| `"
        + String.join("`, `", names)
        + label.replace("|", "\\|")
        + "`"
        + (option.negatable() ? ", and with `no-`" : "")
        + " | "
        + description
            .replace("%%", "%")
            .replace("|", "\\|")
            .replace("<", "\\<")
            .replace("*", "\\*")
            .replace("_", "\\_");
  }
}
