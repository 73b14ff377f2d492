package dev.ocelli.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.cli.console.Interrupts;
import dev.ocelli.cli.console.Output;
import dev.ocelli.cli.console.Streams;
import dev.ocelli.cli.media.FileMediaOpener;
import dev.ocelli.cli.model.Context;
import dev.ocelli.cli.model.EngineOpener;
import dev.ocelli.engine.gguf.GgufArray;
import dev.ocelli.engine.gguf.GgufFile;
import dev.ocelli.engine.gguf.GgufType;
import dev.ocelli.engine.gguf.GgufValue;
import dev.ocelli.engine.gguf.GgufWriter;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Tensor;
import dev.ocelli.nano.NanoModel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Bad files given to the whole program with the real engine: one line that begins with the
 * program's name and names the file, the documented exit code, nothing on standard output.
 */
class BadInputContractTest {
  @TempDir static Path folder;

  private static byte[] model = {};
  private static byte[] mmproj = {};

  @BeforeAll
  static void makeFiles() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      model = NanoModel.text(arena).toArray(ValueLayout.JAVA_BYTE);
      mmproj = NanoModel.vision(arena).toArray(ValueLayout.JAVA_BYTE);
    }
    write("model.gguf", model);
    write("vision.gguf", mmproj);
    write("empty", new byte[0]);
    write("text.png", "this is a text".getBytes(StandardCharsets.UTF_8));
    write("latin1.txt", new byte[] {'a', (byte) 0xe4});
    write("long.txt", "word ".repeat(5000).getBytes(StandardCharsets.UTF_8));
    write("broken.jinja", "{% if messages".getBytes(StandardCharsets.UTF_8));
    write("import.jinja", "{% import 'x' as y %}".getBytes(StandardCharsets.UTF_8));
    write("truncated.gguf", Arrays.copyOf(model, model.length / 2));
    write("cut-header.gguf", Arrays.copyOf(model, 5000));
    write("magic.gguf", changed(model, b -> b.put(3, (byte) 'X')));
    write("version.gguf", changed(model, b -> b.putInt(4, 99)));
    write("tensors.gguf", changed(model, b -> b.putLong(8, 1L << 60)));
    write("entries.gguf", changed(model, b -> b.putLong(16, 1L << 62)));
    metadata("llama.gguf", model, m -> m.put("general.architecture", new GgufValue.Text("llama")));
    metadata("type.gguf", model, m -> m.put("qwen3vl.block_count", new GgufValue.Text("five")));
    metadata("merges.gguf", model, m -> m.remove("tokenizer.ggml.merges"));
    metadata(
        "sections.gguf",
        model,
        m -> m.put("qwen3vl.rope.dimension_sections", GgufArray.ofInts(12, 10, 10, 99)));
    metadata(
        "template.gguf",
        model,
        m -> m.put("tokenizer.chat_template", new GgufValue.Text("{{ 1 +")));
    metadata(
        "deepstack.gguf",
        mmproj,
        m -> {
          boolean[] taps = ((GgufArray) of(m, "clip.vision.is_deepstack_layers")).booleans();
          for (int i = 0; i < taps.length; i++) {
            if (taps[i]) {
              taps[i] = false;
              break;
            }
          }
          m.put("clip.vision.is_deepstack_layers", GgufArray.ofBooleans(taps));
        });
    metadata(
        "width.gguf",
        mmproj,
        m -> m.put("clip.vision.projection_dim", new GgufValue.Whole(GgufType.UINT32, 64)));
    metadata(
        "std.gguf",
        mmproj,
        m -> m.put("clip.vision.image_std", GgufArray.ofFloats(0, Float.NaN, 1)));
    tensors("missing.gguf", t -> t.name().equals("blk.1.ffn_up.weight") ? null : t);
    tensors(
        "shape.gguf",
        t ->
            t.name().equals("output_norm.weight")
                ? new Tensor(
                    t.name(),
                    DType.F32,
                    new long[] {8},
                    MemorySegment.ofArray(new float[8]),
                    "test")
                : t);
    tensors("nan.gguf", t -> t.name().equals("output_norm.weight") ? nan(t) : t);
    Files.createDirectory(folder.resolve("bare"));
    eval("broken", "{\"prompt\"");
    eval("kind", "{\"prompt\":5,\"truth\":\"x\"}");
    eval("blank", "{\"prompt\":\" \",\"truth\":\"x\"}");
    eval("images", "{\"prompt\":\"x\",\"truth\":\"x\",\"images\":\"text.png\"}");
    eval("long", "{\"prompt\":\"%s\",\"truth\":\"x\"}".formatted("word ".repeat(5000)));
  }

  /** {@code @} stands for the folder of the files; the last column is what the line also says. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          3 | truncated.gguf  | run -q -m @truncated.gguf --no-mmproj -p x        | truncated
          3 | cut-header.gguf | run -q -m @cut-header.gguf --no-mmproj -p x       | tokenizer.ggml.tokens
          3 | magic.gguf      | run -q -m @magic.gguf --no-mmproj -p x            | not a GGUF file
          3 | version.gguf    | run -q -m @version.gguf --no-mmproj -p x          | GGUF version 99
          3 | tensors.gguf    | run -q -m @tensors.gguf --no-mmproj -p x          | number of tensors
          3 | entries.gguf    | show @entries.gguf                                | number of metadata entries
          3 | llama.gguf      | bench -m @llama.gguf                              | general.architecture is 'llama'
          3 | type.gguf       | run -q -m @type.gguf --no-mmproj -p x             | qwen3vl.block_count
          3 | merges.gguf     | run -q -m @merges.gguf --no-mmproj -p x           | tokenizer.ggml.merges
          3 | sections.gguf   | run -q -m @sections.gguf --no-mmproj -p x         | rope.dimension_sections
          3 | template.gguf   | run -q -m @template.gguf --no-mmproj -p x         | tokenizer.chat_template
          3 | missing.gguf    | run -q -m @missing.gguf --no-mmproj -p x          | blk.1.ffn_up.weight
          3 | shape.gguf      | run -q -m @shape.gguf --no-mmproj -p x            | output_norm.weight
          3 | nan.gguf        | run -q -m @nan.gguf --no-mmproj -p x              | weights are damaged
          3 | deepstack.gguf  | run -q -m @model.gguf -mm @deepstack.gguf -p x    | is_deepstack_layers
          3 | width.gguf      | run -q -m @model.gguf -mm @width.gguf -p x        | projection_dim
          3 | std.gguf        | run -q -m @model.gguf -mm @std.gguf -p x          | image_std
          3 | model.gguf      | run -q -m @model.gguf -mm @model.gguf -p x        | general.architecture is 'qwen3vl'
          3 | vision.gguf     | run -q -m @vision.gguf -p x                       | vision file (mmproj)
          3 | empty           | run -q -m @empty -p x                             | is empty
          3 | nothing         | run -q -m @nothing -p x                           | no such file
          3 | nothing         | run -q -m @model.gguf -mm @nothing -p x           | no such file
          3 | bare            | run -q -m @bare -p x                              | no config.json
          3 | bare            | run -q -m @model.gguf -mm @bare -p x              | this is a folder
          4 | text.png        | describe -q -m @model.gguf --no-mmproj @text.png  | is a text file
          4 | text.png        | describe -q @text.png                             | is a text file
          4 | model.gguf      | describe -q @model.gguf                           | is a GGUF model
          4 | empty           | describe -q @empty                                | is empty
          4 | bare            | describe -q @bare                                 | is a folder
          4 | empty           | run -q -m nano -f @empty                          | the prompt is empty
          4 | latin1.txt      | run -q -m nano -f @latin1.txt                     | not UTF-8
          5 | long.txt        | run -q -m nano -f @long.txt                       | the context holds 4096
          5 | --prompt        | run -q -m nano -c 4 -p hello                      | the context holds 4
          3 | broken.jinja    | run -q -m nano -p x --chat-template-file @broken.jinja | line 1
          3 | import.jinja    | run -q -m nano -p x --chat-template-file @import.jinja | line 1
          3 | empty           | run -q -m nano -p x --chat-template-file @empty   | wrote nothing
          4 | broken.jsonl    | eval -q @broken.jsonl                             | line 1
          4 | kind.jsonl      | eval -q @kind.jsonl                               | field 'prompt'
          4 | blank.jsonl     | eval -q @blank.jsonl                              | field 'prompt' is empty
          4 | images.jsonl    | eval -q @images.jsonl                             | field 'images'
          5 | long.jsonl      | eval -q @long.jsonl                               | line 1
          4 | model.gguf      | eval -q @model.gguf                               | not UTF-8
          2 | blank.jsonl     | eval -q @blank.jsonl --out @blank.jsonl           | overwrite
          2 | text.png        | describe -q @text.png:max-tokens=x                | max-tokens=x
          2 | vision.gguf     | run -q -m nano -mm @vision.gguf -p x              | leave out --mmproj
          2 | --chunk         | run -q -m nano -b 2000000000 -p x                 | between 1 and
          2 | --ctx-size      | run -q -m nano -c 2000000000 -p x                 | between 0
          5 | -n              | bench -q -p 0 -n 1000000 -r 1                     | the context of
          """)
  void badInputIsOneLineThatNamesTheFile(int code, String file, String words, String says) {
    Result r = run(words.strip().replace("@", folder + "/").split(" +"));
    assertThat(r.err()).startsWith("ocelli: ").contains(file).doesNotContain("internal error");
    assertThat(r.err()).contains(says == null ? "" : says);
    assertThat(r.err().lines()).hasSize(1);
    assertThat(r.code()).as(r.err()).isEqualTo(code);
    assertThat(r.out()).isEmpty();
  }

  @Test
  void theUndamagedFilesWork() {
    Result r = run("run", "-q", "-n", "1", "-p", "x", "-m", folder + "/model.gguf", "--no-mmproj");
    assertThat(r.err()).isEmpty();
    assertThat(r.code()).isZero();
  }

  private record Result(int code, String out, String err) {}

  private static Result run(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Streams streams =
        new Streams(
            new ByteArrayInputStream(new byte[0]),
            new Output(out),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            true,
            false);
    Context context =
        new Context(
            streams,
            Interrupts.none(),
            new EngineOpener(),
            new FileMediaOpener(),
            java.util.Map.of());
    int code = new CommandRunner(context, false).run(args);
    return new Result(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private static void write(String name, byte[] bytes) throws IOException {
    Files.write(folder.resolve(name), bytes);
  }

  private static void eval(String name, String line) throws IOException {
    write(name + ".jsonl", (line + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] changed(byte[] bytes, Consumer<ByteBuffer> change) {
    byte[] copy = bytes.clone();
    change.accept(ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN));
    return copy;
  }

  private static GgufValue of(Map<String, GgufValue> metadata, String key) {
    return Objects.requireNonNull(metadata.get(key));
  }

  private static void metadata(
      String name, byte[] source, Consumer<Map<String, GgufValue>> change) {
    GgufFile file = GgufFile.of(MemorySegment.ofArray(source), name);
    Map<String, GgufValue> entries = new LinkedHashMap<>(file.metadata().entries());
    change.accept(entries);
    GgufWriter w = new GgufWriter();
    entries.forEach(w::put);
    file.tensors().forEach(t -> w.tensor(t.name(), t.type(), t.shape(), t.data()));
    w.write(folder.resolve(name));
  }

  private static void tensors(String name, Function<Tensor, @Nullable Tensor> change) {
    GgufFile file = GgufFile.of(MemorySegment.ofArray(model), name);
    GgufWriter w = new GgufWriter();
    file.metadata().entries().forEach(w::put);
    for (Tensor t : file.tensors()) {
      Tensor to = change.apply(t);
      if (to != null) {
        w.tensor(to.name(), to.type(), to.shape(), to.data());
      }
    }
    w.write(folder.resolve(name));
  }

  private static Tensor nan(Tensor t) {
    float[] values = new float[(int) t.values()];
    Arrays.fill(values, Float.NaN);
    return new Tensor(t.name(), DType.F32, t.shape(), MemorySegment.ofArray(values), "test");
  }
}
