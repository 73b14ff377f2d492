package dev.ocelli.cli.chat;

import dev.ocelli.cli.console.Progress;
import dev.ocelli.cli.console.Streams;
import dev.ocelli.cli.console.Terminals;
import dev.ocelli.cli.flags.CommonFlags;
import dev.ocelli.cli.flags.ControlFlags;
import dev.ocelli.cli.flags.ControlSettings;
import dev.ocelli.cli.flags.ModelFlags;
import dev.ocelli.cli.flags.PictureFlags;
import dev.ocelli.cli.flags.SamplingFlags;
import dev.ocelli.cli.model.Context;
import dev.ocelli.cli.model.LoadedModel;
import dev.ocelli.cli.model.ModelSource;
import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.server.api.HistoryRule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ocelli chat}: a conversation in the terminal. */
@Command(
    name = "chat",
    description = {
      "Talks with a model in the terminal, about pictures, documents and videos, too; with the embedded nano model unless -m names another.",
      "/help inside shows its commands. Without a terminal each line of standard input is a message."
    },
    customSynopsis = "ocelli chat [-m MODEL] [--image FILE]... [OPTIONS]",
    sortOptions = false)
public final class ChatCommand implements Callable<Integer> {
  @Mixin CommonFlags common = new CommonFlags();
  @Mixin ModelFlags modelFlags = new ModelFlags();
  @Mixin PictureFlags pictureFlags = new PictureFlags();
  @Mixin SamplingFlags samplingFlags = new SamplingFlags();
  @Mixin ControlFlags controlFlags = new ControlFlags();

  @Option(
      names = {"-sys", "--system-prompt"},
      paramLabel = "TEXT",
      description = "System message.")
  @Nullable String system;

  @Option(
      names = {"--stop", "-r", "--reverse-prompt"},
      paramLabel = "TEXT",
      description = "Text that ends a reply and is not part of it; several times for several.")
  List<String> stop = new ArrayList<>();

  @Option(
      names = "--history",
      paramLabel = "RULE",
      defaultValue = "error",
      description =
          "What becomes of a conversation that outgrows the context: error, sliding (its oldest turns are sent no more) or sliding:TURNS. Default: ${DEFAULT-VALUE}.")
  String history = "error";

  @Option(
      names = "--no-history",
      description = "Do not remember what is typed in a file, and do not read what was.")
  boolean noHistory;

  @Option(names = "--no-color", description = "No colours; the same as NO_COLOR=1.")
  boolean noColor;

  private final Context context;

  public ChatCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    HistoryRule rule = HistoryRule.parse(history);
    if (stop.contains("")) {
      throw new OcelliException(Kind.USAGE, "--stop is empty; give the text that ends a reply");
    }
    ChatSettings settings =
        new ChatSettings(samplingFlags, ControlSettings.of(controlFlags), stop, system);
    if (modelFlags.model == null && !modelFlags.source.given()) {
      if (modelFlags.mmproj != null) {
        throw new OcelliException(
            Kind.USAGE,
            "--mmproj is given without a model; name the language model it belongs to with -m");
      }
      modelFlags.model = "nano";
    }
    // Opened now: a picture that cannot be used is an error before a model is loaded.
    List<ChatAttachment> first =
        ChatFileName.of(pictureFlags).stream().map(n -> n.open(pictureFlags, context)).toList();
    new ModelSource(context, common.quiet).settle(modelFlags);
    Progress progress = new Progress(context.streams(), common.quiet);
    try (LoadedModel model = context.models().open(modelFlags, !modelFlags.noMmproj, progress)) {
      progress.clear();
      try (ChatConsole console = console();
          ChatTalk talk = new ChatTalk(model, settings, rule)) {
        greet(console, model, settings);
        Chat chat =
            new Chat(
                new Chat.Parts(context, console, model, settings, pictureFlags, progress), talk);
        first.forEach(chat::attach);
        return chat.run();
      }
    }
  }

  private void greet(ChatConsole console, LoadedModel model, ChatSettings settings) {
    modelFlags.withoutEffect().forEach(w -> console.note("note: no effect: " + w));
    model.notes().forEach(n -> console.note("note: " + n));
    if (common.verbose) {
      model.facts().forEach(console::note);
      settings.sampling(model).fields().forEach(f -> console.note("  " + f));
    }
    console.note(
        "%s, context %d tokens; /help shows commands, Ctrl-D leaves"
            .formatted(model.name(), model.contextLength()));
  }

  /** A terminal, where people type and see; else lines. */
  private ChatConsole console() {
    Streams streams = context.streams();
    boolean seen = Terminals.isTerminal(1);
    if (streams.inTerminal() && seen) {
      try {
        Terminal terminal =
            TerminalBuilder.builder()
                .system(true)
                .dumb(false)
                .encoding(StandardCharsets.UTF_8)
                .graphemeCluster(false) // terminals that do not know the question would show it
                .build();
        return terminal(terminal);
      } catch (IOException | IllegalStateException e) {
        streams
            .err()
            .println(
                "note: lines cannot be edited here ("
                    + e.getMessage()
                    + "); they are read as they are");
      }
    }
    return new ChatPlainConsole(context, common.quiet, seen);
  }

  private ChatConsole terminal(Terminal terminal) {
    String set = context.environment().get("NO_COLOR");
    boolean dumb = "dumb".equals(context.environment().get("TERM"));
    boolean colour = !noColor && !dumb && (set == null || set.isEmpty());
    String home = context.environment().get("HOME");
    return new ChatTerminal(
        terminal, new ChatTerminal.Look(colour, common.quiet), new ChatCompleter(home), history());
  }

  private @Nullable Path history() {
    Path file = noHistory ? null : ChatHistoryFile.path(context.environment());
    if (file == null) {
      return null;
    }
    try {
      ChatHistoryFile.prepare(file);
      return file;
    } catch (IOException e) {
      context
          .streams()
          .err()
          .println(
              "note: %s: cannot be used (%s); what is typed is not remembered"
                  .formatted(file, e.getMessage()));
      return null;
    }
  }
}
