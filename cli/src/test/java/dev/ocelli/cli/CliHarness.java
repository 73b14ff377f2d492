package dev.ocelli.cli;

import dev.ocelli.cli.bench.BenchSize;
import dev.ocelli.cli.console.InputFiles;
import dev.ocelli.cli.console.Interrupts;
import dev.ocelli.cli.console.Output;
import dev.ocelli.cli.console.Progress;
import dev.ocelli.cli.console.Streams;
import dev.ocelli.cli.flags.ModelFlags;
import dev.ocelli.cli.media.FileMediaOpener;
import dev.ocelli.cli.model.Context;
import dev.ocelli.cli.model.EngineOpener;
import dev.ocelli.cli.model.LoadedModel;
import dev.ocelli.cli.model.MediaOpener;
import dev.ocelli.engine.kernels.Operations;
import dev.ocelli.engine.quality.Estimate;
import dev.ocelli.engine.quality.Perplexity;
import dev.ocelli.engine.runtime.Reply;
import dev.ocelli.engine.runtime.ReplyListener;
import dev.ocelli.engine.runtime.Request;
import dev.ocelli.engine.runtime.Roofline;
import dev.ocelli.engine.sampling.Presets;
import dev.ocelli.engine.sampling.SamplingOverrides;
import dev.ocelli.engine.sampling.SamplingResolver;
import dev.ocelli.engine.sampling.TokenLogprobs;
import dev.ocelli.engine.vision.Grid;
import dev.ocelli.engine.vision.PictureSource;
import dev.ocelli.engine.vision.RgbImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/**
 * Runs commands in this process, with a model and pictures that compute nothing unless the real
 * ones are asked for.
 */
public final class CliHarness {
  private LoadedModel.Opener models = this::open;
  private MediaOpener media = new SizedPictures();
  public final ByteArrayOutputStream out = new ByteArrayOutputStream();
  public final ByteArrayOutputStream err = new ByteArrayOutputStream();
  public final List<Request> requests = Collections.synchronizedList(new ArrayList<>());
  public final List<ModelFlags> opened = new ArrayList<>();
  public InputStream in = InputStream.nullInputStream();
  public Interrupts interrupts = Interrupts.none();
  public Map<String, String> environment = Map.of();
  boolean inTerminal = true;
  public Output output = new Output(out);
  public Function<Request, String> answers = r -> "An answer.";
  public Function<Request, List<String>> promptTokens = r -> Collections.nCopies(100, "word");
  public Reply.Finish finish = Reply.Finish.STOP;
  public Reply.Drafts drafts = new Reply.Drafts(0, 0);
  public long bytesPerToken;
  public int measured;
  public SamplingOverrides fileSampling = SamplingOverrides.NONE;

  /** What a command left behind. */
  public record Result(int code, String out, String err) {}

  /** One with the engine and real pictures. */
  public static CliHarness real() {
    CliHarness harness = new CliHarness();
    harness.models = new EngineOpener();
    harness.media = new FileMediaOpener();
    return harness;
  }

  /** One with real pictures and documents, and a model that computes nothing. */
  public static CliHarness realMedia() {
    CliHarness harness = new CliHarness();
    harness.media = new FileMediaOpener();
    return harness;
  }

  /** The same with real pictures, though with no real model. */
  public CliHarness withRealPictures() {
    media = new FileMediaOpener();
    return this;
  }

  /** What parses such a command line. */
  CommandLine commandLine(String... args) {
    return new CommandRunner(context(), false).commandLine(List.of(args));
  }

  public Result run(String... args) {
    int code = new CommandRunner(context(), false).run(args);
    return new Result(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private Context context() {
    Streams streams =
        new Streams(
            in, output, new PrintStream(err, true, StandardCharsets.UTF_8), inTerminal, false);
    return new Context(streams, interrupts, models, media, environment);
  }

  public CliHarness stdin(String text) {
    in = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    inTerminal = false;
    return this;
  }

  private LoadedModel open(ModelFlags flags, boolean vision, Progress progress) {
    opened.add(flags);
    return new Fake();
  }

  /** Pictures whose file says their size: {@code 640x480}. */
  private static final class SizedPictures implements MediaOpener {
    @Override
    public PictureSource picture(Path file) {
      try {
        return sized(file.toString(), Files.readString(file));
      } catch (java.io.IOException e) {
        throw InputFiles.unreadable(file, "a picture", e);
      }
    }

    @Override
    public PictureSource picture(String name, InputStream in) {
      try {
        return sized(name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
      } catch (java.io.IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }

    @Override
    public List<Path> frames(Path folder) {
      try (Stream<Path> files = Files.list(folder)) {
        return files.filter(f -> f.toString().endsWith(".png")).sorted().toList();
      } catch (java.io.IOException e) {
        throw InputFiles.unreadable(folder, "frames", e);
      }
    }

    @Override
    public List<Path> pictures(Path folder) {
      return frames(folder);
    }

    private static PictureSource sized(String name, String text) {
      BenchSize size = BenchSize.parse(text.strip());
      return new PictureSource() {
        @Override
        public String name() {
          return name;
        }

        @Override
        public int width() {
          return size.width();
        }

        @Override
        public int height() {
          return size.height();
        }

        @Override
        public String sha256() {
          return name;
        }

        @Override
        public RgbImage decode() {
          throw new UnsupportedOperationException("this model looks at nothing");
        }
      };
    }
  }

  private final class Fake implements LoadedModel {
    @Override
    public String name() {
      return "fake";
    }

    @Override
    public int contextLength() {
      return 4096;
    }

    @Override
    public List<String> facts() {
      return List.of("it is a fake");
    }

    @Override
    public List<String> notes() {
      return List.of();
    }

    @Override
    public double loadMillis() {
      return 12.5;
    }

    @Override
    public SamplingResolver.Layer fileSampling() {
      return new SamplingResolver.Layer("model file", fileSampling);
    }

    @Override
    public Presets.Preset baseSampling() {
      return Presets.OFFICIAL_INSTRUCT;
    }

    @Override
    public String piece(int id) {
      return "<" + id + ">";
    }

    @Override
    public List<Reply.MediaUse> plan(Request request) {
      return request.media().stream()
          .map(m ->
              new Reply.MediaUse(
                  640, 480, 320, 256, new Grid(1, 16, 20), 80, Reply.Origin.COMPUTED))
          .toList();
    }

    @Override
    public int promptTokens(Request request) {
      return promptTokens.apply(request).size();
    }

    @Override
    public String record(Request request, Reply reply, boolean pictures) {
      return "{}\n";
    }

    @Override
    public Card card() {
      return new Card(
          "fake.gguf",
          "fake 1.00B Q4_0",
          600_000_000,
          1_000_000_000,
          "Q4_0",
          bytesPerToken,
          false,
          3,
          "x");
    }

    @Override
    public Perplexity perplexity(String words, Path origin, int windows) {
      return new Perplexity(Math.min(3, windows), 512, 765, new Estimate(2, 0.01), 1);
    }

    @Override
    public Roofline roofline() {
      return new FakeRoofline();
    }

    @Override
    public Conversation converse() {
      return new FakeConversation(this);
    }

    @Override
    public void cancel() {}

    @Override
    public void close() {}
  }

  /** A machine that reads 100 GB and does 640 x 10^9 operations a second, every second time. */
  private final class FakeRoofline implements Roofline {
    @Override
    public Operations prompt(int before, int tokens) {
      return new Operations(1_000_000_000L * tokens, 0, before);
    }

    @Override
    public Operations picture(Grid grid) {
      return new Operations(0, 16_000_000L * grid.patches(), 0);
    }

    @Override
    public double gigabytesPerSecond() {
      return measured++ % 2 == 0 ? 50 : 100;
    }

    @Override
    public double gigaOperationsPerSecond(Operations work) {
      return measured++ % 2 == 0 ? 640 : 320;
    }
  }

  /** Knows the longest prompt that it was given, as far as {@link #promptTokens} says. */
  private final class FakeConversation implements LoadedModel.Conversation {
    private final Fake model;
    private List<String> before = List.of();

    FakeConversation(Fake model) {
      this.model = model;
    }

    @Override
    public Reply generate(Request request, ReplyListener listener) {
      requests.add(request);
      String text = answers.apply(request);
      listener.progress(ReplyListener.Phase.PROMPT, 0, 100);
      List<Reply.Token> tokens = new ArrayList<>();
      int id = 0;
      for (String word : text.split("(?= )", -1)) {
        Reply.Token token = new Reply.Token(id, word, logprobs(request, id));
        tokens.add(token);
        listener.token(token);
        listener.text(word, false);
        id++;
      }
      List<Reply.MediaUse> media = model.plan(request);
      List<String> prompt = promptTokens.apply(request);
      int reused = 0;
      while (reused < Math.min(before.size(), prompt.size())
          && before.get(reused).equals(prompt.get(reused))) {
        reused++;
      }
      before = prompt;
      Reply.Timings timings = new Reply.Timings(3, 1, 2, 40, 50, 10);
      return new Reply(
          text,
          null,
          List.of(),
          finish,
          null,
          prompt.size(),
          new Reply.Reused(reused, 0, 0),
          tokens,
          media,
          drafts,
          timings);
    }

    private static @Nullable TokenLogprobs logprobs(Request request, int id) {
      if (request.topLogprobs() < 0) {
        return null;
      }
      List<TokenLogprobs.Alternative> top = new ArrayList<>();
      for (int i = 0; i < request.topLogprobs(); i++) {
        top.add(new TokenLogprobs.Alternative(id + i, -0.5 - i));
      }
      return new TokenLogprobs(id, -0.5, top);
    }

    @Override
    public void close() {}
  }
}
