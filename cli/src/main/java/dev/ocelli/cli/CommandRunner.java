package dev.ocelli.cli;

import dev.ocelli.cli.answer.AnnotateCommand;
import dev.ocelli.cli.answer.DescribeCommand;
import dev.ocelli.cli.answer.ExtractCommand;
import dev.ocelli.cli.answer.ReplayCommand;
import dev.ocelli.cli.answer.RunCommand;
import dev.ocelli.cli.answer.SearchCommand;
import dev.ocelli.cli.batch.BatchCommand;
import dev.ocelli.cli.bench.BenchCommand;
import dev.ocelli.cli.chat.ChatCommand;
import dev.ocelli.cli.console.ExitCode;
import dev.ocelli.cli.console.LineSink;
import dev.ocelli.cli.console.Output;
import dev.ocelli.cli.console.Streams;
import dev.ocelli.cli.console.Suggestion;
import dev.ocelli.cli.doctor.DoctorCommand;
import dev.ocelli.cli.files.ConvertCommand;
import dev.ocelli.cli.files.EditCommand;
import dev.ocelli.cli.files.MergeCommand;
import dev.ocelli.cli.files.QuantizeCommand;
import dev.ocelli.cli.files.ShowCommand;
import dev.ocelli.cli.files.SplitCommand;
import dev.ocelli.cli.files.VerifyCommand;
import dev.ocelli.cli.model.Context;
import dev.ocelli.cli.plan.PlanCommand;
import dev.ocelli.cli.quality.CompareCommand;
import dev.ocelli.cli.quality.EvalCommand;
import dev.ocelli.cli.quality.ImatrixCommand;
import dev.ocelli.cli.quality.KldCommand;
import dev.ocelli.cli.quality.PerplexityCommand;
import dev.ocelli.cli.quality.SelfTestCommand;
import dev.ocelli.cli.serve.LlamaServer;
import dev.ocelli.cli.serve.ServeCommand;
import dev.ocelli.cli.store.CacheCommand;
import dev.ocelli.cli.store.DuCommand;
import dev.ocelli.cli.store.ListCommand;
import dev.ocelli.cli.store.PullCommand;
import dev.ocelli.cli.store.RmCommand;
import dev.ocelli.engine.OcelliException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Parses a command line, runs the command, and turns every failure into one line and an exit code.
 */
final class CommandRunner {
  private final Context context;
  private final Streams streams;
  private final boolean debug;

  /**
   * @param debug whether an error's stack trace is printed, too
   */
  CommandRunner(Context context, boolean debug) {
    this.context = context;
    this.streams = context.streams();
    this.debug = debug;
  }

  int run(String... args) {
    CommandLine line = commandLine(List.of(args));
    try {
      return line.execute(args);
    } catch (RuntimeException | Error e) {
      // Thrown by picocli itself: its handlers take everything that commands throw.
      return report(e);
    }
  }

  /**
   * The command that is named first alone, or all. Looking at options takes time, so commands that
   * no word names have none: they are there to be listed.
   */
  CommandLine commandLine(List<String> words) {
    CommandLine line = new CommandLine(new Ocelli());
    Map<String, Entry> commands = new LinkedHashMap<>();
    commands.put("describe", new Entry(DescribeCommand.class, DescribeCommand::new));
    commands.put("run", new Entry(RunCommand.class, RunCommand::new));
    commands.put("chat", new Entry(ChatCommand.class, ChatCommand::new));
    commands.put("batch", new Entry(BatchCommand.class, BatchCommand::new));
    commands.put("search", new Entry(SearchCommand.class, SearchCommand::new));
    commands.put("annotate", new Entry(AnnotateCommand.class, AnnotateCommand::new));
    commands.put("extract", new Entry(ExtractCommand.class, ExtractCommand::new));
    commands.put("replay", new Entry(ReplayCommand.class, ReplayCommand::new));
    commands.put("show", new Entry(ShowCommand.class, ShowCommand::new));
    commands.put("plan", new Entry(PlanCommand.class, PlanCommand::new));
    commands.put("doctor", new Entry(DoctorCommand.class, DoctorCommand::new));
    commands.put("selftest", new Entry(SelfTestCommand.class, SelfTestCommand::new));
    commands.put("eval", new Entry(EvalCommand.class, EvalCommand::new));
    commands.put("bench", new Entry(BenchCommand.class, BenchCommand::new));
    commands.put("perplexity", new Entry(PerplexityCommand.class, PerplexityCommand::new));
    commands.put("compare", new Entry(CompareCommand.class, CompareCommand::new));
    commands.put("kld", new Entry(KldCommand.class, KldCommand::new));
    commands.put("cache", new Entry(CacheCommand.class, CacheCommand::new));
    commands.put("imatrix", new Entry(ImatrixCommand.class, ImatrixCommand::new));
    commands.put("pull", new Entry(PullCommand.class, PullCommand::new));
    commands.put("list", new Entry(ListCommand.class, ListCommand::new));
    commands.put("rm", new Entry(RmCommand.class, RmCommand::new));
    commands.put("du", new Entry(DuCommand.class, DuCommand::new));
    commands.put("quantize", new Entry(QuantizeCommand.class, QuantizeCommand::new));
    commands.put("convert", new Entry(ConvertCommand.class, ConvertCommand::new));
    commands.put("split", new Entry(SplitCommand.class, SplitCommand::new));
    commands.put("merge", new Entry(MergeCommand.class, MergeCommand::new));
    commands.put("edit", new Entry(EditCommand.class, EditCommand::new));
    commands.put("verify", new Entry(VerifyCommand.class, VerifyCommand::new));
    commands.put("serve", new Entry(ServeCommand.class, ServeCommand::new));
    String first = words.isEmpty() ? "" : words.getFirst();
    if (commands.containsKey(first)) {
      line.addSubcommand(first, commands.get(first).make().apply(context));
    } else {
      commands.forEach((name, entry) ->
          line.addSubcommand(
              name, words.contains(name) ? entry.make().apply(context) : entry.listed()));
    }
    CommandLine serve = line.getSubcommands().get("serve");
    if (serve != null) {
      serve.setDefaultValueProvider(LlamaServer.defaults(context.environment()));
    }
    line.setExpandAtFiles(false)
        .setOverwrittenOptionsAllowed(true)
        .setPosixClusteredShortOptionsAllowed(false)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpAutoWidth(true)
        .setOut(new PrintWriter(new LineSink(streams.out()), true))
        .setExecutionStrategy(this::execute)
        .setParameterExceptionHandler((e, unused) -> usage(e))
        .setExecutionExceptionHandler((e, unused, parsed) -> report(e));
    return line;
  }

  /** Help and versions are printed outside of what picocli's handler of exceptions covers. */
  private int execute(CommandLine.ParseResult parsed) {
    try {
      return new CommandLine.RunLast().execute(parsed);
    } catch (ParameterException | CommandLine.ExecutionException e) {
      throw e;
    } catch (RuntimeException | Error e) {
      return report(e);
    }
  }

  private int usage(ParameterException e) {
    String command = e.getCommandLine().getCommandSpec().qualifiedName();
    streams.err().println("ocelli: " + oneLine(explain(e)) + "; see '" + command + " --help'");
    return ExitCode.USAGE;
  }

  private static String explain(ParameterException e) {
    if (e instanceof UnmatchedArgumentException unmatched) {
      String word = unmatched.getUnmatched().getFirst();
      CommandLine line = e.getCommandLine();
      String instead = line.getCommandName().equals("serve") ? LlamaServer.instead(word) : null;
      if (instead != null) {
        return "option '" + word + "' of llama-server is not supported: " + instead;
      }
      if (word.startsWith("-")) {
        return "unknown option '"
            + word
            + "'"
            + guess(word, line.getCommandSpec().optionsMap().keySet());
      }
      return line.getSubcommands().isEmpty()
          ? "unexpected word '" + word + "'"
          : "unknown command '" + word + "'" + guess(word, line.getSubcommands().keySet());
    }
    String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("wrong usage");
    return Character.toLowerCase(message.charAt(0)) + message.substring(1);
  }

  private static String guess(String word, Collection<String> known) {
    String near = Suggestion.nearest(word, known);
    return near == null ? "" : ", did you mean '" + near + "'?";
  }

  private int report(Throwable e) {
    int code = reportLine(e);
    if (debug && !(e instanceof Output.Closed)) {
      StringWriter trace = new StringWriter();
      e.printStackTrace(new PrintWriter(trace));
      streams.err().print(trace);
    }
    return code;
  }

  private int reportLine(Throwable e) {
    return switch (e) {
      case Output.Closed closed -> ExitCode.CLOSED_OUTPUT;
      case OcelliException known -> {
        streams.err().println("ocelli: " + oneLine(known.getMessage()));
        yield ExitCode.of(known.kind());
      }
      case OutOfMemoryError memory -> {
        streams
            .err()
            .println(
                "ocelli: not enough memory (%s); use a smaller context (-c), fewer or smaller pictures, or a bigger heap (OCELLI_JAVA_OPTS=-Xmx8g)"
                    .formatted(oneLine(memory.getMessage())));
        yield ExitCode.RESOURCE;
      }
      default -> {
        streams
            .err()
            .println(
                "ocelli: internal error: %s: %s; set OCELLI_DEBUG=1 to see where, and please report it"
                    .formatted(e.getClass().getSimpleName(), oneLine(e.getMessage())));
        yield ExitCode.INTERNAL;
      }
    };
  }

  /**
   * Names of files may hold line ends and control characters; an error is one line all the same.
   */
  private static String oneLine(@Nullable String message) {
    StringBuilder out = new StringBuilder();
    String.valueOf(message)
        .codePoints()
        .forEach(c -> {
          if (Character.isISOControl(c)) {
            out.append(String.format(Locale.ROOT, "\\u%04x", c));
          } else {
            out.appendCodePoint(c);
          }
        });
    return out.toString();
  }

  /**
   * A command.
   *
   * @param type has its annotation
   * @param make makes it
   */
  private record Entry(Class<?> type, Function<Context, Object> make) {
    /** What the list of commands shows of it. */
    CommandSpec listed() {
      CommandSpec spec = CommandSpec.create();
      spec.usageMessage().description(type.getAnnotation(Command.class).description());
      return spec;
    }
  }
}
