package dev.ocelli.cli.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.cli.CliHarness;
import dev.ocelli.cli.PdfPages;
import dev.ocelli.cli.console.ExitCode;
import dev.ocelli.cli.console.Interrupts;
import dev.ocelli.cli.console.Output;
import dev.ocelli.cli.console.Progress;
import dev.ocelli.cli.console.Streams;
import dev.ocelli.cli.flags.ModelFlags;
import dev.ocelli.cli.flags.PictureFlags;
import dev.ocelli.cli.flags.SamplingFlags;
import dev.ocelli.cli.media.FileMediaOpener;
import dev.ocelli.cli.media.MediaList;
import dev.ocelli.cli.model.Context;
import dev.ocelli.cli.model.EngineOpener;
import dev.ocelli.cli.model.LoadedModel;
import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.chat.Content;
import dev.ocelli.engine.chat.Message;
import dev.ocelli.engine.runtime.Control;
import dev.ocelli.engine.runtime.Media;
import dev.ocelli.engine.runtime.Reply;
import dev.ocelli.engine.runtime.ReplyListener;
import dev.ocelli.engine.runtime.Request;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Messages and commands of a chat, given on standard input. */
class ChatContractTest {
  private static final Path EXAMPLES = Path.of("..", "examples");
  private static final Path HEART = EXAMPLES.resolve("heart-diamond-circle.png");
  private static final Path RING = EXAMPLES.resolve("ring-heart.png");

  @TempDir Path folder;

  private static CliHarness.Result chat(CliHarness cli, List<String> lines, String... options) {
    List<String> args = new ArrayList<>(List.of("chat"));
    args.addAll(List.of(options));
    return cli.stdin(String.join("\n", lines) + "\n").run(args.toArray(new String[0]));
  }

  private static String words(Message m) {
    StringBuilder s = new StringBuilder(m.role()).append(':');
    for (Content c : m.content()) {
      s.append(
          switch (c) {
            case Content.Text t -> t.text();
            case Content.Image i -> "<image>";
            case Content.Video v -> "<video>";
          });
    }
    return s.toString();
  }

  private static List<String> words(Request r) {
    return r.messages().stream().map(ChatContractTest::words).toList();
  }

  @Test
  void repliesAreThoseOfRunAndOfFreshSessions() {
    CliHarness.Result run =
        CliHarness.real()
            .run("run", "-m", "nano", "--image", HEART.toString(), "-p", "Describe this image.");
    String second = "What shape is the orange object?";
    CliHarness.Result talked =
        chat(
            CliHarness.real(),
            List.of("/image " + HEART, "Describe this image.", second, "@" + RING + " " + second));
    assertThat(talked.code()).as(talked.err()).isZero();
    List<String> replies = talked.out().lines().toList();
    assertThat(replies).hasSize(3);
    assertThat(replies.getFirst() + "\n").isEqualTo(run.out());
    // The second turn computed nothing of the first, the reply's tokens included.
    assertThat(talked.err()).containsPattern("prompt \\d+ \\(\\d\\d reused\\)");
    ModelFlags flags = new ModelFlags();
    flags.model = "nano";
    Progress silent =
        new Progress(
            new Streams(System.in, new Output(System.out), System.err, false, false), true);
    try (LoadedModel model = new EngineOpener().open(flags, true, silent)) {
      ChatSettings settings =
          new ChatSettings(new SamplingFlags(), Control.DEFAULT, List.of(), null);
      List<Message> messages = new ArrayList<>();
      List<Media> media = new ArrayList<>();
      List<String> asked = List.of("Describe this image.", second, second);
      for (int i = 0; i < 3; i++) {
        List<Content> parts = new ArrayList<>();
        if (i != 1) {
          parts.add(new Content.Image());
          PictureFlags one = new PictureFlags();
          one.image((i == 0 ? HEART : RING).toString());
          media.addAll(MediaList.open(one, context()).media());
        }
        parts.add(new Content.Text(asked.get(i)));
        messages.add(Message.user(parts));
        Reply fresh =
            model.generate(
                new Request(
                    messages,
                    media,
                    List.of(),
                    settings.sampling(model).sampling(),
                    100,
                    List.of(),
                    -1),
                ReplyListener.NONE);
        assertThat(replies.get(i)).isEqualTo(fresh.text());
        messages.add(Message.of("assistant", fresh.text()));
      }
    }
  }

  private static Context context() {
    return new Context(
        new Streams(System.in, new Output(System.out), System.err, false, false),
        Interrupts.none(),
        new EngineOpener(),
        new FileMediaOpener(),
        Map.of());
  }

  @Test
  void aConversationIsSentWhole() {
    CliHarness cli = CliHarness.realMedia();
    CliHarness.Result r =
        chat(
            cli,
            List.of(
                "/image " + HEART + " " + RING,
                "/image",
                "one\\",
                "two",
                "",
                "//three",
                "/system Be brief.",
                "four"),
            "-sys",
            "Be long.");
    assertThat(r.out()).isEqualTo("An answer.\n".repeat(3));
    assertThat(cli.requests.stream().map(ChatContractTest::words))
        .containsExactly(
            List.of("system:Be long.", "user:<image><image>one\ntwo"),
            List.of(
                "system:Be long.",
                "user:<image><image>one\ntwo",
                "assistant:An answer.",
                "user:/three"),
            List.of(
                "system:Be brief.",
                "user:<image><image>one\ntwo",
                "assistant:An answer.",
                "user:/three",
                "assistant:An answer.",
                "user:four"));
    assertThat(cli.requests.getLast().media()).hasSize(2);
    assertThat(r.code()).isEqualTo(ExitCode.USAGE);
    assertThat(r.err()).contains("ocelli: /image: no file is named");
  }

  @Test
  void picturesOfOptionsComeFirst() {
    CliHarness cli = CliHarness.realMedia();
    chat(cli, List.of("a", "/drop", "b"), "--image", HEART + "," + RING, "-q");
    assertThat(words(cli.requests.getFirst())).containsExactly("user:<image><image>a");
    CliHarness.Result missing =
        chat(CliHarness.realMedia(), List.of("a"), "--image", "nothere.png");
    assertThat(missing.code()).isEqualTo(ExitCode.INPUT);
    assertThat(missing.out()).isEmpty();
  }

  @Test
  void settings() {
    CliHarness cli = new CliHarness();
    CliHarness.Result r =
        chat(
            cli,
            List.of(
                "a",
                "/preset ocr",
                "b",
                "/set temp=0.9 TOP_K=7",
                "/set seed=5 predict=3",
                "c",
                "/preset default",
                "d",
                "/preset",
                "/set"),
            "--temp",
            "0.3");
    assertThat(r.code()).as(r.err()).isZero();
    assertThat(cli.requests.stream().map(q -> q.sampling().temperature()))
        .containsExactly(0.3, 0.1, 0.9, 0.3);
    assertThat(cli.requests.get(2).sampling().topK()).isEqualTo(7);
    assertThat(cli.requests.get(2).sampling().topP()).isEqualTo(0.5);
    assertThat(cli.requests.get(2).sampling().seed()).isEqualTo(5);
    assertThat(cli.requests.get(2).maxTokens()).isEqualTo(3);
    assertThat(r.err()).contains("describe, ocr,").contains("/set: temperature=0.9");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "/imge a.png | did you mean '/image'?",
        "/nonsense | unknown command '/nonsense'",
        "/set temp | write KEY=VALUE",
        "/set tempp=1 | did you mean 'temp'?",
        "/set preset=ocr | no setting is called 'preset'",
        "/set temp=x | 'x' is not a double",
        "/set temp=-1 | temperature",
        "/preset orc | ocr",
        "/image nothere.png | nothere.png: there is no such file",
        "/image - | standard input is the chat",
        "/image ../examples/ring-heart.png#pages=1 | is a picture",
        "/pdf ../examples/ring-heart.png | is a picture, not a document",
        "/pdf a b c | /pdf takes a file",
        "/pdf a b | /pdf takes a file",
        "/video a b | /video takes a file",
        "/video ../examples/ring-heart.png | ring-heart.png",
        "/plan | no picture waits",
        "/regen | there is no message yet",
        "/continue | there is no message yet",
        "/undo | there is no message yet",
        "/save x.json | there is no message yet",
        "/load nothere.json | nothere.json: no such file",
        "/load ../examples/ring-heart.png | is not UTF-8 text",
        "/think maybe | /think takes on, off or auto",
        "/tokens 3 | /tokens takes no argument",
      })
  void errorsDoNotEndIt(String line, String error) {
    CliHarness cli = CliHarness.realMedia();
    CliHarness.Result r = chat(cli, List.of(line, "still there?"));
    assertThat(r.err()).contains("ocelli: ").contains(error).doesNotContain("internal error");
    assertThat(r.out()).isEqualTo("An answer.\n");
    assertThat(words(cli.requests.getFirst())).containsExactly("user:still there?");
    assertThat(r.code()).isIn(ExitCode.USAGE, ExitCode.INPUT);
  }

  @Test
  void aReplyIsMadeAnewContinuedAndTakenBack() {
    CliHarness cli = new CliHarness();
    int[] n = {0};
    cli.answers = r -> "Answer " + n[0]++ + ".";
    CliHarness.Result r =
        chat(cli, List.of("a", "/regen", "/continue", "b", "/undo", "c", "/clear", "d"));
    assertThat(r.code()).as(r.err()).isZero();
    assertThat(cli.requests.stream().map(ChatContractTest::words))
        .containsExactly(
            List.of("user:a"),
            List.of("user:a"),
            List.of("user:a", "assistant:Answer 1."),
            List.of("user:a", "assistant:Answer 1.Answer 2.", "user:b"),
            List.of("user:a", "assistant:Answer 1.Answer 2.", "user:c"),
            List.of("user:d"));
    assertThat(cli.requests.get(2).control().continuesLast()).isTrue();
    assertThat(cli.requests.get(3).control().continuesLast()).isFalse();
    assertThat(r.err()).contains("taken back: b").doesNotContain("the same reply");
  }

  @Test
  void whatFailsLeavesTheConversationAsItWas() {
    CliHarness cli = CliHarness.realMedia();
    cli.answers =
        r -> {
          if (words(r.messages().getLast()).endsWith("long")) {
            throw new OcelliException(Kind.CONTEXT, "too long");
          }
          if (words(r.messages().getLast()).endsWith("broken")) {
            throw new OcelliException(Kind.INPUT, "damaged");
          }
          if (words(r.messages().getLast()).endsWith("bug")) {
            throw new IllegalStateException("a bug");
          }
          return "Fine.";
        };
    CliHarness.Result r =
        chat(cli, List.of("a", "long", "/image " + HEART, "bug", "broken", "b", "/regen"));
    assertThat(r.out()).isEqualTo("Fine.\n".repeat(3));
    assertThat(words(cli.requests.get(2))).endsWith("user:<image>bug");
    assertThat(words(cli.requests.get(3))).endsWith("user:<image>broken");
    assertThat(words(cli.requests.get(4))).containsExactly("user:a", "assistant:Fine.", "user:b");
    assertThat(r.err())
        .contains("ocelli: too long; /undo or /clear make room")
        .contains("ocelli: damaged; nothing was sent, and no picture waits any more")
        .contains("ocelli: internal error: IllegalStateException: a bug")
        .contains("the same reply");
    assertThat(r.code()).isEqualTo(ExitCode.CONTEXT);
  }

  @Test
  void oldestTurnsLeaveWhereTheyMay() {
    CliHarness cli = new CliHarness();
    cli.promptTokens = r -> Collections.nCopies(400 * r.messages().size(), "word");
    List<String> lines = Stream.iterate(0, i -> i + 1).limit(8).map(i -> "m" + i).toList();
    CliHarness.Result r = chat(cli, lines, "--history", "sliding", "-n", "100");
    assertThat(r.code()).as(r.err()).isZero();
    assertThat(cli.requests.stream().map(q -> q.messages().size()))
        .containsExactly(1, 3, 5, 7, 9, 7, 9, 7);
    assertThat(words(cli.requests.getLast()))
        .startsWith("user:m4")
        .endsWith("assistant:An answer.", "user:m7");
    assertThat(r.err()).contains("the oldest 2 of its 6 turns");
  }

  @Test
  void aCutReplyIsKeptAndOneWithoutAWordIsNot() throws Exception {
    CliHarness cli = new CliHarness();
    cli.finish = Reply.Finish.CANCELLED;
    int[] n = {0};
    cli.answers = r -> n[0]++ == 0 ? "Half" : "";
    Path file = folder.resolve("c.json");
    CliHarness.Result r = chat(cli, List.of("a", "b", "/save " + file));
    assertThat(r.code()).as(r.err()).isZero();
    assertThat(r.err())
        .contains("stopped; what came is kept")
        .contains("stopped before its first word");
    assertThat(Files.readString(file))
        .contains("\"text\" : \"Half\"")
        .contains("\"cut\" : true")
        .doesNotContain("\"b\"");
  }

  @Test
  void chatsAreSavedAndLoaded() throws Exception {
    Path picture = Files.copy(HEART, folder.resolve("my picture.png"));
    Path other = Files.copy(RING, folder.resolve("other.png"));
    Path file = folder.resolve("chat.json");
    List<String> saving =
        List.of(
            "/image " + picture,
            "@" + other + ":x one",
            "@" + other + " two",
            "/system Be brief.",
            "/save " + file,
            "/save " + file);
    CliHarness.Result saved = chat(CliHarness.realMedia(), saving);
    assertThat(saved.code()).as(saved.err()).isZero();
    String text = Files.readString(file);
    assertThat(text).contains(picture.toAbsolutePath().toString()).contains("\"sha256\" : \"af98");
    assertThat(files()).containsExactly("chat.json", "my picture.png", "other.png");

    CliHarness cli = CliHarness.realMedia();
    CliHarness.Result loaded = chat(cli, List.of("/load " + file, "three"));
    assertThat(loaded.code()).as(loaded.err()).isZero();
    assertThat(loaded.err()).contains("2 turns loaded").doesNotContain("note:");
    assertThat(words(cli.requests.getFirst()))
        .containsExactly(
            "system:Be brief.",
            "user:<image>@" + other + ":x one",
            "assistant:An answer.",
            "user:<image>two",
            "assistant:An answer.",
            "user:three");

    Files.delete(picture);
    Files.copy(EXAMPLES.resolve("circle-ring-square.png"), folder.resolve("t.png"));
    Files.move(folder.resolve("t.png"), other, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    CliHarness changed = CliHarness.realMedia();
    CliHarness.Result told = chat(changed, List.of("/load " + file, "three"));
    assertThat(told.err())
        .contains("my picture.png: there is no such file")
        .contains("message 1 goes without it")
        .contains("other.png: has changed since the chat was saved");
    assertThat(words(changed.requests.getFirst()))
        .contains("user:@" + other + ":x one", "user:<image>two");
  }

  private List<String> files() throws Exception {
    try (Stream<Path> all = Files.list(folder)) {
      return all.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void onlyChatsAreReadAndReplaced() throws Exception {
    Path file = folder.resolve("x.json");
    Files.writeString(file, "{}");
    CliHarness.Result r = chat(new CliHarness(), List.of("a", "/save " + file, "/load " + file));
    assertThat(r.err())
        .contains("x.json: is there and is no saved chat; name another file")
        .contains("x.json: format is not \"ocelli-chat\"");
    assertThat(files()).containsExactly("x.json");
    for (String[] broken :
        new String[][] {
          {"\"version\":2,\"messages\":[]", "version is not 1"},
          {"\"version\":1", "messages is no list"},
          {
            "\"version\":1,\"messages\":[{\"role\":\"user\",\"text\":\"a\"}]", "messages is no list"
          },
          {
            "\"version\":1,\"messages\":[{\"role\":\"user\",\"text\":3},{\"role\":\"assistant\"}]",
            "messages[0].text is no text"
          },
          {
            "\"version\":1,\"messages\":[{\"role\":\"user\",\"text\":\"\"},{\"role\":\"user\"}]",
            "messages[1].role is not \"assistant\""
          },
          {
            "\"version\":1,\"messages\":[{\"role\":\"user\",\"text\":\"\",\"media\":[{\"kind\":\"x\"}]},{\"role\":\"assistant\",\"text\":\"\"}]",
            "messages[0].media[0].kind is none of"
          },
        }) {
      Files.writeString(file, "{\"format\":\"ocelli-chat\"," + broken[0] + "}");
      CliHarness.Result error = chat(new CliHarness(), List.of("/load " + file));
      assertThat(error.err()).contains(broken[1]).doesNotContain("internal error");
      assertThat(error.code()).isEqualTo(ExitCode.INPUT);
    }
  }

  @Test
  void costsAndTokens() {
    CliHarness.Result r =
        chat(
            CliHarness.real(),
            List.of(
                "/tokens",
                "/image " + HEART + ":max-tokens=9",
                "/plan",
                "/tokens",
                "Describe this image.",
                "/tokens",
                "/image " + RING,
                "/plan",
                "/drop",
                "/think on",
                "/video " + EXAMPLES.resolve("clip") + " 2",
                "/plan"));
    assertThat(r.err())
        .contains("conversation 0 tokens, 0 of them pictures; 4096 of 4096 left")
        .containsPattern("heart-diamond-circle.png: 192x192 -> 96x96, 9 tokens, about ")
        .contains("by what this machine can do")
        .containsPattern("waiting pictures add \\d+; \\d+ of 4096 left")
        .containsPattern("conversation \\d+ tokens, 9 of them pictures")
        .containsPattern("clip: \\d pairs of frames");
    assertThat(r.out().lines()).hasSize(1);
  }

  @Test
  void pagesOfDocuments() throws Exception {
    Path pdf = folder.resolve("three pages.pdf");
    PdfPages.write(pdf, List.of(HEART, RING, HEART), "");
    CliHarness cli = CliHarness.realMedia();
    CliHarness.Result r =
        chat(
            cli,
            List.of("/pdf '" + pdf + "' 2-3", "a", "/pdf " + pdf, "b", "/pdf '" + pdf + "' 9"));
    assertThat(words(cli.requests.getFirst()))
        .containsExactly("user:Page 2:<image>Page 3:<image>a");
    assertThat(cli.requests.getLast().media()).hasSize(5);
    assertThat(r.err()).contains("3 pages, sent: 2-3").contains("9");
    assertThat(r.code()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void wrongOptions() {
    CliHarness.Result r = chat(new CliHarness(), List.of("a"), "--history", "slide");
    assertThat(r.code()).isEqualTo(ExitCode.USAGE);
    assertThat(r.err()).contains("history is 'slide'");
    assertThat(chat(new CliHarness(), List.of("a"), "--stop", "").code()).isEqualTo(ExitCode.USAGE);
  }
}
