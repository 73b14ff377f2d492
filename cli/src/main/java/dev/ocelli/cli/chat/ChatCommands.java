package dev.ocelli.cli.chat;

import dev.ocelli.cli.chat.ChatExchange.Question;
import dev.ocelli.cli.console.Suggestion;
import dev.ocelli.cli.console.VisibleText;
import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.runtime.Control.Thinking;
import dev.ocelli.engine.runtime.Reply;
import dev.ocelli.engine.sampling.Presets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/** What lines that begin with a slash do. */
final class ChatCommands {
  /** What completes a command's argument. */
  enum Argument {
    NONE,
    TEXT,
    FILE,
    PRESET,
    SETTING,
    SWITCH
  }

  /**
   * A command.
   *
   * @param usage its argument, for people
   * @param does what it does, in a line
   * @param action with what follows its name, without spaces around
   */
  record Entry(
      String usage, String does, Argument argument, BiConsumer<ChatCommands, String> action) {}

  /** All, by name, in the order in which they are shown. */
  static final Map<String, Entry> ALL = all();

  private final Chat chat;

  ChatCommands(Chat chat) {
    this.chat = chat;
  }

  private static Map<String, Entry> all() {
    Map<String, Entry> all = new LinkedHashMap<>();
    all.put("help", new Entry("", "shows this", Argument.NONE, (c, a) -> c.help()));
    all.put(
        "image",
        new Entry("FILE...", "the next message gets pictures", Argument.FILE, ChatCommands::image));
    all.put(
        "video",
        new Entry(
            "FILE [FPS]", "... a video or folder of frames", Argument.FILE, ChatCommands::video));
    all.put("pdf", new Entry("FILE [PAGES]", "... pages: 1-5,9", Argument.FILE, ChatCommands::pdf));
    all.put(
        "plan",
        new Entry(
            "",
            "what waiting pictures cost: tokens and seconds",
            Argument.NONE,
            (c, a) -> c.plan()));
    all.put("drop", new Entry("", "lets waiting pictures go", Argument.NONE, (c, a) -> c.drop()));
    all.put(
        "system",
        new Entry(
            "[TEXT]",
            "sets the system message; 'none' removes it",
            Argument.TEXT,
            ChatCommands::system));
    all.put(
        "preset",
        new Entry(
            "[NAME]",
            "settings of a name; 'default' goes back",
            Argument.PRESET,
            ChatCommands::preset));
    all.put(
        "set",
        new Entry(
            "[KEY=VALUE...]",
            "sampling settings: temp=0.7 seed=1",
            Argument.SETTING,
            ChatCommands::set));
    all.put("think", new Entry("on|off|auto", "reasoning", Argument.SWITCH, ChatCommands::think));
    all.put(
        "regen", new Entry("", "makes the last reply anew", Argument.NONE, (c, a) -> c.regen()));
    all.put(
        "continue",
        new Entry("", "goes on with the last reply", Argument.NONE, (c, a) -> c.goOn()));
    all.put(
        "undo",
        new Entry(
            "", "takes the last message and its reply back", Argument.NONE, (c, a) -> c.undo()));
    all.put(
        "tokens",
        new Entry(
            "", "tokens of the conversation, room left", Argument.NONE, (c, a) -> c.tokens()));
    all.put(
        "save", new Entry("FILE", "writes the conversation", Argument.FILE, ChatCommands::save));
    all.put("load", new Entry("FILE", "reads one", Argument.FILE, ChatCommands::load));
    all.put(
        "clear", new Entry("", "begins anew; settings stay", Argument.NONE, (c, a) -> c.clear()));
    all.put("exit", new Entry("", "leaves", Argument.NONE, (c, a) -> c.chat.leave()));
    return all;
  }

  /** Runs a line that began with a slash. */
  void run(String line) {
    String stripped = line.strip();
    int end = 0;
    while (end < stripped.length() && !Character.isWhitespace(stripped.charAt(end))) {
      end++;
    }
    String name = stripped.substring(0, end).toLowerCase(Locale.ROOT);
    String argument = stripped.substring(end).strip();
    Entry entry = ALL.get(name.equals("quit") ? "exit" : name);
    if (entry == null) {
      String near = Suggestion.nearest(name, ALL.keySet());
      throw usage(
          "unknown command '/%s'%s; a message that begins with a slash is written with two"
              .formatted(
                  name, near == null ? ", /help shows all" : ", did you mean '/" + near + "'?"));
    }
    if (entry.argument() == Argument.NONE && !argument.isEmpty()) {
      throw usage("/%s takes no argument".formatted(name));
    }
    entry.action().accept(this, argument);
  }

  private static OcelliException usage(String message) {
    return new OcelliException(Kind.USAGE, message);
  }

  private void say(String text) {
    chat.console().say(text);
  }

  private void help() {
    StringBuilder s = new StringBuilder();
    ALL.forEach(
        (name, e) -> s.append("  %-24s %s%n".formatted("/" + name + " " + e.usage(), e.does())));
    s.append(
        """
          @FILE in a message       sends that picture, document or video with it
          \\ at the end, Alt-Enter  a new line; pasted lines stay one message
          Ctrl-C, Ctrl-D           stops a reply; leaves\
        """);
    say(s.toString());
  }

  private void image(String argument) {
    for (String word : files("image", argument)) {
      ChatFileName.images(word, chat::path).forEach(chat::attach);
    }
    waits();
  }

  private void video(String argument) {
    List<String> words = files("video", argument);
    Double fps = null;
    if (words.size() == 2 && words.get(1).matches("\\d{1,4}(?:\\.\\d{1,6})?")) {
      fps = Double.valueOf(words.get(1));
    } else if (words.size() != 1) {
      throw usage("/video takes a file and perhaps frames a second: /video clip.mp4 1");
    }
    chat.attach(
        new ChatFileName(
            ChatFileName.Kind.VIDEO, chat.path(words.getFirst()).toString(), "", null, fps));
    waits();
  }

  private void pdf(String argument) {
    List<String> words = files("pdf", argument);
    if (words.size() > 2 || words.size() == 2 && !words.get(1).matches("[\\d,-]+")) {
      throw usage("/pdf takes a file and perhaps pages: /pdf paper.pdf 1-5,9");
    }
    String pages = words.size() == 2 ? words.get(1) : null;
    String file = chat.path(words.getFirst()).toString();
    ChatFileName name = new ChatFileName(ChatFileName.Kind.IMAGE, file, "", pages, null);
    chat.attach(name);
    if (!chat.waiting().getLast().media().hasPages()) {
      chat.waiting().removeLast();
      throw usage(file + ": is a picture, not a document; send it with /image");
    }
    waits();
  }

  /** Words of an argument; one file where its name has spaces and nobody quoted it. */
  private List<String> files(String command, String argument) {
    if (argument.isEmpty()) {
      throw usage("/%s: no file is named; see /help".formatted(command));
    }
    return Files.exists(chat.path(argument)) ? List.of(argument) : ChatWords.split(argument);
  }

  private void waits() {
    chat.console().note("waits for your message; /plan says what it costs, /drop lets it go");
  }

  private void drop() {
    int n = chat.waiting().size();
    chat.waiting().clear();
    say(n == 0 ? "nothing waits" : "nothing waits any more");
  }

  private void plan() {
    if (chat.waiting().isEmpty()) {
      throw usage("no picture waits; name one with /image FILE, /pdf FILE or /video FILE");
    }
    say(chat.cost().report(chat.talk(), new Question("", List.copyOf(chat.waiting()))));
  }

  private void system(String text) {
    ChatSettings settings = chat.settings();
    if (text.isEmpty()) {
      say(settings.system().isEmpty() ? "no system message" : settings.system());
      return;
    }
    settings.system(text.equals("none") ? "" : text);
    say(text.equals("none") ? "no system message" : "system message set");
  }

  private void preset(String name) {
    if (name.isEmpty()) {
      say(
          Presets.all().stream().map(Presets.Preset::name).collect(Collectors.joining(", "))
              + ", default");
      return;
    }
    chat.settings().preset(name);
    showSampling();
  }

  private void set(String argument) {
    for (String word : ChatWords.split(argument)) {
      int at = word.indexOf('=');
      if (at < 1) {
        throw usage("/set %s: write KEY=VALUE, for example /set temp=0.7".formatted(word));
      }
      chat.settings().set(word.substring(0, at), word.substring(at + 1));
    }
    showSampling();
  }

  /** The settings that something gave, those from one source on a line. */
  private void showSampling() {
    Map<String, StringBuilder> bySource = new TreeMap<>();
    chat.settings().sampling(chat.model()).fields().stream()
        .filter(f -> !f.origin().equals("default"))
        .forEach(f ->
            bySource
                .computeIfAbsent(f.origin(), o -> new StringBuilder())
                .append(' ')
                .append(f.name())
                .append('=')
                .append(f.value()));
    say(
        bySource.entrySet().stream()
            .map(e -> e.getKey() + ":" + e.getValue())
            .collect(Collectors.joining("\n")));
  }

  private void think(String argument) {
    Thinking thinking =
        switch (argument) {
          case "on" -> Thinking.ON;
          case "off" -> Thinking.OFF;
          case "auto" -> Thinking.AUTO;
          default -> throw usage("/think takes on, off or auto");
        };
    chat.talk()
        .require(
            chat.settings()
                .control()
                .withThinking(thinking, chat.settings().control().reasoningBudget()));
    chat.settings().thinking(thinking);
    say("reasoning: " + argument);
  }

  private void regen() {
    requireExchange("regen");
    ChatTalk talk = chat.talk();
    ChatExchange before = talk.undo();
    boolean replaced = false;
    try {
      int size = talk.exchanges().size();
      chat.reply(l -> talk.ask(before.question(), l));
      replaced = talk.exchanges().size() > size;
    } finally {
      if (!replaced) {
        talk.add(before);
      }
    }
    if (replaced && talk.exchanges().getLast().answer().equals(before.answer())) {
      chat.console()
          .note(
              "the same reply: /set temp=0.8 or, where a seed is fixed, /set seed=-1 make others");
    }
  }

  private void goOn() {
    requireExchange("continue");
    Reply reply = chat.reply(chat.talk()::goOn);
    if (reply.tokens().isEmpty()) {
      chat.console().note("the model has nothing to add");
    }
  }

  private void undo() {
    requireExchange("undo");
    ChatExchange last = chat.talk().undo();
    say("taken back: " + shortened(last.question().text()));
  }

  private void requireExchange(String command) {
    if (chat.talk().isEmpty()) {
      throw usage("/%s: there is no message yet".formatted(command));
    }
  }

  private static String shortened(String text) {
    int most = 60;
    String line = VisibleText.line(text);
    return line.length() <= most ? line : line.substring(0, most) + "...";
  }

  private void tokens() {
    ChatTalk talk = chat.talk();
    int tokens = talk.tokens();
    int pictures = talk.media().stream().mapToInt(Reply.MediaUse::tokens).sum();
    int context = chat.model().contextLength();
    StringBuilder s = new StringBuilder();
    s.append("conversation %d tokens, %d of them pictures".formatted(tokens, pictures));
    if (talk.left() > 0) {
      s.append("; the oldest %s left out".formatted(Chat.counted(talk.left(), "turn")));
    }
    if (!chat.waiting().isEmpty()) {
      int all = talk.tokens(new Question("", List.copyOf(chat.waiting())));
      s.append("; waiting pictures add %d".formatted(Math.max(0, all - tokens)));
      tokens = all;
    }
    s.append("; %d of %d left".formatted(Math.max(0, context - tokens), context));
    say(s.toString());
  }

  private void save(String argument) {
    Path file = one("save", argument);
    ChatTalk talk = chat.talk();
    requireExchange("save");
    new ChatFile(chat.model().name(), chat.settings().system(), talk.exchanges()).write(file);
    say("%s: %s saved".formatted(file, Chat.counted(talk.exchanges().size(), "turn")));
  }

  private void load(String argument) {
    Path file = one("load", argument);
    ChatFile.Loaded loaded = ChatFile.read(file, chat::open);
    ChatFile read = loaded.chat();
    loaded.notes().forEach(n -> say("note: " + n));
    if (!read.model().equals(chat.model().name())) {
      say(
          "note: the chat was held with %s, this is %s"
              .formatted(read.model(), chat.model().name()));
    }
    chat.talk().replace(read.exchanges());
    chat.settings().system(read.system());
    say("%s: %s loaded".formatted(file, Chat.counted(read.exchanges().size(), "turn")));
    if (!read.exchanges().isEmpty()) {
      ChatExchange last = read.exchanges().getLast();
      say("> " + shortened(last.question().text()) + "\n" + shortened(last.answer().text()));
    }
  }

  private Path one(String command, String argument) {
    List<String> words = files(command, argument);
    if (words.size() != 1) {
      throw usage("/%s takes one file; put quotes around a name with spaces".formatted(command));
    }
    return chat.path(words.getFirst());
  }

  private void clear() {
    chat.talk().replace(List.of());
    chat.waiting().clear();
    say("a new conversation");
  }
}
