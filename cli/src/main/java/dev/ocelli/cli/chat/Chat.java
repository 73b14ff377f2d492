package dev.ocelli.cli.chat;

import dev.ocelli.cli.answer.ReplyReport;
import dev.ocelli.cli.chat.ChatExchange.Question;
import dev.ocelli.cli.console.ExitCode;
import dev.ocelli.cli.console.Output;
import dev.ocelli.cli.console.Progress;
import dev.ocelli.cli.flags.PictureFlags;
import dev.ocelli.cli.model.Context;
import dev.ocelli.cli.model.LoadedModel;
import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.runtime.Reply;
import dev.ocelli.engine.runtime.ReplyListener;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads messages and commands and answers them, one after the other. Whatever happens to one, the
 * next is read.
 */
final class Chat {
  private final Context context;
  private final ChatConsole console;
  private final LoadedModel model;
  private final ChatTalk talk;
  private final ChatSettings settings;
  private final PictureFlags options;
  private final Progress progress;
  private final ChatCost cost;
  private final ChatCommands commands;
  private final List<ChatAttachment> waiting = new ArrayList<>();
  private boolean leaving;
  private int code = ExitCode.OK;

  /**
   * What a chat works with.
   *
   * @param options how pictures, documents and clips are looked at
   */
  record Parts(
      Context context,
      ChatConsole console,
      LoadedModel model,
      ChatSettings settings,
      PictureFlags options,
      Progress progress) {}

  Chat(Parts parts, ChatTalk talk) {
    this.context = parts.context();
    this.console = parts.console();
    this.model = parts.model();
    this.settings = parts.settings();
    this.options = parts.options();
    this.progress = parts.progress();
    this.talk = talk;
    this.cost = new ChatCost(model);
    this.commands = new ChatCommands(this);
  }

  /**
   * Runs until the input ends.
   *
   * @return in a script the code of the first error; 0 where there was none, or somebody saw it
   */
  int run() {
    while (!leaving && !context.interrupts().interrupted()) {
      String line = console.read(waitingWords());
      if (line == null) {
        break;
      }
      guarded(() -> take(line));
    }
    if (context.interrupts().interrupted()) {
      return ExitCode.INTERRUPTED;
    }
    return console.interactive() ? ExitCode.OK : code;
  }

  private void guarded(Runnable work) {
    try {
      work.run();
    } catch (OcelliException e) {
      String remedy =
          e.kind() == Kind.CONTEXT
              ? "; /undo or /clear make room, and 'ocelli chat --history sliding' lets oldest turns leave"
              : "";
      failed(e.getMessage() + remedy, ExitCode.of(e.kind()));
    } catch (Output.Closed e) {
      throw e;
    } catch (OutOfMemoryError e) {
      failed("not enough memory; send fewer or smaller pictures, or /clear", ExitCode.RESOURCE);
    } catch (RuntimeException e) {
      failed(
          "internal error: %s: %s; please report it"
              .formatted(e.getClass().getSimpleName(), e.getMessage()),
          ExitCode.INTERNAL);
    } finally {
      progress.clear();
      console.onInterrupt(null);
    }
  }

  private void failed(String message, int with) {
    progress.clear();
    console.endReply();
    console.error(message);
    code = code == ExitCode.OK ? with : code;
  }

  private void take(String line) {
    if (line.isBlank()) {
      return;
    }
    if (line.startsWith("//")) {
      send(line.substring(1));
    } else if (line.startsWith("/")) {
      commands.run(line.substring(1));
    } else {
      send(line);
    }
  }

  /** Sends a message with what waits for it. */
  private void send(String message) {
    ChatWords.Named named = ChatWords.files(message, f -> Files.isRegularFile(path(f)));
    named
        .missing()
        .forEach(f -> console.note("note: @" + f + ": no such file; it is sent as words"));
    for (String file : named.files()) {
      attach(new ChatFileName(ChatFileName.Kind.FILE, path(file).toString(), "", null, null));
    }
    if (named.text().isEmpty()) {
      return; // Files alone wait for words.
    }
    Question question = new Question(named.text(), List.copyOf(waiting));
    question.message();
    try {
      reply(l -> talk.ask(question, l));
    } catch (OcelliException e) {
      if (e.kind() == Kind.INPUT && !waiting.isEmpty()) {
        waiting.clear();
        throw new OcelliException(
            e.kind(), e.getMessage() + "; nothing was sent, and no picture waits any more", e);
      }
      throw e;
    }
    if (!talk.isEmpty() && talk.exchanges().getLast().question().equals(question)) {
      waiting.clear();
    }
  }

  /** Lets a reply be made and shows it. */
  Reply reply(Function<ReplyListener, Reply> work) {
    int left = talk.left();
    console.onInterrupt(model::cancel);
    Reply reply = work.apply(new ChatListener(console, progress));
    console.onInterrupt(null);
    progress.clear();
    console.endReply();
    cost.learn(reply);
    if (talk.left() > left) {
      console.note(
          "note: the conversation no longer fits; the oldest %d of its %d turns are not sent any more"
              .formatted(talk.left(), talk.exchanges().size()));
    }
    String ended = ended(reply);
    if (ended != null) {
      console.note(ended);
    }
    console.note(ReplyReport.turn(reply, model.contextLength()));
    return reply;
  }

  private static @Nullable String ended(Reply reply) {
    return switch (reply.finish()) {
      case STOP -> null;
      case LENGTH -> "cut at its limit of tokens; /continue goes on, /set predict=-1 lifts it";
      case CONTEXT -> "cut: the context is full; /undo or /clear make room";
      case REPETITION -> "cut: it only repeated itself; /regen, or /set dry-multiplier=0.8 first";
      case CANCELLED ->
          reply.text().isEmpty() && reply.reasoning() == null
              ? "stopped before its first word; the message was taken back"
              : "stopped; what came is kept, /continue goes on, /undo takes it back";
    };
  }

  /** Opens a file for the next message. */
  void attach(ChatFileName name) {
    attach(open(name));
  }

  /** Takes an opened file for the next message. */
  void attach(ChatAttachment opened) {
    opened.media().notes().forEach(n -> console.note("note: " + n));
    waiting.add(opened);
  }

  /** A name's path, with a tilde for the home folder. */
  Path path(String name) {
    String home = context.environment().get("HOME");
    try {
      Path plain = Path.of(name);
      return home != null && name.startsWith("~/") && !Files.exists(plain)
          ? Path.of(home, name.substring(2))
          : plain;
    } catch (InvalidPathException e) {
      return Path.of("");
    }
  }

  private String waitingWords() {
    int clips = 0;
    int pictures = 0;
    for (ChatAttachment a : waiting) {
      clips += a.media().isOneClip() ? 1 : 0;
      pictures += a.media().isOneClip() ? 0 : a.count();
    }
    String words = pictures == 0 ? "" : counted(pictures, "picture");
    return clips == 0 ? words : words + (words.isEmpty() ? "" : ", ") + counted(clips, "clip");
  }

  /** {@code 1 picture}, {@code 2 pictures}. */
  static String counted(int n, String what) {
    return n + " " + what + (n == 1 ? "" : "s");
  }

  List<ChatAttachment> waiting() {
    return waiting;
  }

  ChatTalk talk() {
    return talk;
  }

  ChatSettings settings() {
    return settings;
  }

  LoadedModel model() {
    return model;
  }

  ChatConsole console() {
    return console;
  }

  ChatCost cost() {
    return cost;
  }

  /** Opens a file as a chat shows it. */
  ChatAttachment open(ChatFileName name) {
    return name.open(options, context);
  }

  /** Leaves after this command. */
  void leave() {
    leaving = true;
  }
}
