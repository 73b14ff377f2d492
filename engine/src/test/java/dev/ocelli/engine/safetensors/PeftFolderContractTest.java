package dev.ocelli.engine.safetensors;

import static dev.ocelli.engine.testing.Errors.assertModelError;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.chat.Content;
import dev.ocelli.engine.chat.Message;
import dev.ocelli.engine.gguf.GgufFile;
import dev.ocelli.engine.model.ModelFiles;
import dev.ocelli.engine.model.ModelLoader;
import dev.ocelli.engine.runtime.Engine;
import dev.ocelli.engine.runtime.EngineOptions;
import dev.ocelli.engine.runtime.Reply;
import dev.ocelli.engine.runtime.ReplyListener;
import dev.ocelli.engine.runtime.Request;
import dev.ocelli.engine.runtime.Session;
import dev.ocelli.engine.sampling.Sampling;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Tensor;
import dev.ocelli.engine.testing.Fixtures;
import dev.ocelli.engine.testing.LoraFiles;
import dev.ocelli.engine.testing.LoraFiles.Recipe;
import dev.ocelli.engine.testing.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Adapters as PEFT saves them are those that llama.cpp's converter makes of them. */
class PeftFolderContractTest {
  private static final String CONFIG =
      "{\"peft_type\":\"LORA\",\"r\":4,\"lora_alpha\":8,\"bias\":\"none\",\"target_modules\":[\"q_proj\"]%s}";

  @TempDir Path folder;

  private static String hf(String name) {
    return "base_model.model."
        + name.replaceFirst("blk\\.(\\d+)\\.", "model.language_model.layers.$1.")
            .replace("attn_q.", "self_attn.q_proj.")
            .replace("attn_output.", "self_attn.o_proj.")
            .replace("ffn_down.", "mlp.down_proj.")
            .replace("weight.lora_a", "lora_A.weight")
            .replace("weight.lora_b", "lora_B.weight");
  }

  private Path folder(String more, RawSafetensors tensors) throws IOException {
    Path out = Files.createTempDirectory(folder, "peft");
    Files.writeString(out.resolve(PeftFolder.CONFIG), CONFIG.formatted(more));
    Files.write(out.resolve(PeftFolder.TENSORS), tensors.bytes());
    return out;
  }

  private static RawSafetensors converted(Path gguf) {
    RawSafetensors out = new RawSafetensors();
    try (GgufFile file = GgufFile.open(gguf)) {
      for (Tensor t : file.tensors()) {
        out.add(new Tensor(hf(t.name()), t.type(), t.shape(), t.data(), t.origin()));
      }
    }
    return out;
  }

  private static List<Reply.Token> reply(Path adapter) {
    EngineOptions options =
        EngineOptions.DEFAULT
            .withThreads(1, 1)
            .withContextLength(300)
            .withAdapters(List.of(new EngineOptions.AdapterChoice(adapter, 1)));
    try (Engine engine = Engine.open(TinyModels.dense(), options, ModelLoader.Progress.NONE);
        Session s = engine.newSession()) {
      List<Message> messages = List.of(Message.user(List.of(new Content.Text("What is it?"))));
      Request r =
          new Request(messages, List.of(), List.of(), Sampling.greedy(), 5, List.of(), 1024);
      return s.generate(r, ReplyListener.NONE).tokens();
    }
  }

  @Test
  void asTheConverterMakesIt() throws IOException {
    Path model = Fixtures.path("models/tiny-dense/tiny-dense-f32.gguf");
    Recipe recipe = Recipe.of(1, 4).only("attn_q.weight", "attn_output.weight", "ffn_down.weight");
    Path gguf = LoraFiles.write(folder.resolve("a.gguf"), model, recipe);
    List<Reply.Token> want = reply(gguf);
    assertThat(reply(folder("", converted(gguf)))).isEqualTo(want);
    // alpha / sqrt(4) with alpha 8 is 4; so is 16 / 4.
    Path twice =
        LoraFiles.write(
            folder.resolve("b.gguf"), model, new Recipe(1, 4, 16, DType.F32, recipe.matrices()));
    assertThat(reply(folder(",\"use_rslora\":true", converted(gguf)))).isEqualTo(reply(twice));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ,"use_dora":true              | adapter_config.json: field 'use_dora' is not false
          ,"fan_in_fan_out":true        | field 'fan_in_fan_out' is not false
          ,"lora_bias":true             | field 'lora_bias' is not false
          ,"alpha_pattern":{"q_proj":2} | field 'alpha_pattern' is not empty
          ,"layer_replication":[[0,1]]  | field 'layer_replication' is not null
          ,"use_dora":1                 | field 'use_dora' must be true or false
          ,"r":5                        | adapter_config.json: not well-formed JSON
          """)
  void kindsThatAreMoreThanProducts(String more, String message) throws IOException {
    Path bad =
        folder(more, tensors("base_model.model.model.layers.0.self_attn.q_proj.lora_%s.weight"));
    assertModelError(() -> reply(bad), message);
  }

  private static RawSafetensors tensors(String name) {
    return new RawSafetensors()
        .add(name.formatted("A"), DType.F32, new long[] {2, 64}, new byte[4 * 128])
        .add(name.formatted("B"), DType.F32, new long[] {128, 2}, new byte[4 * 256]);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          model.layers.0.self_attn.q_norm.weight%s            | is neither lora_A nor lora_B
          model.embed_tokens.lora_embedding_%s                | is neither lora_A nor lora_B
          model.visual.blocks.0.attn.qkv.lora_%s.weight       | changes the vision tower
          model.visual.patch_embed.proj.lora_%s.weight        | changes the vision tower
          model.layers.77.self_attn.q_proj.lora_%s.weight     | belongs to no matrix
          model.layers.0.self_attn.magic.lora_%s.weight       | belongs to no matrix
          model.layers.0.mlp.experts.3.up_proj.lora_%s.weight | belongs to no matrix
          """)
  void tensorsThatCannotBeUsed(String name, String message) throws IOException {
    Path bad = folder("", tensors("base_model.model." + name));
    assertModelError(() -> reply(bad), message);
  }

  /** Where experts are tensors of their own, adapters of theirs belong to matrices of a stack. */
  @Test
  void expertsOfAMixture() throws IOException {
    String name = "base_model.model.model.layers.0.mlp.experts.3.up_proj.lora_%s.weight";
    RawSafetensors tensors =
        new RawSafetensors()
            .add(name.formatted("A"), DType.F32, new long[] {2, 64}, new byte[4 * 128])
            .add(name.formatted("B"), DType.F32, new long[] {48, 2}, new byte[4 * 96]);
    EngineOptions options =
        EngineOptions.DEFAULT
            .withThreads(1, 1)
            .withAdapters(List.of(new EngineOptions.AdapterChoice(folder("", tensors), 1)));
    try (ModelFiles files = TinyModels.moe();
        Engine engine = Engine.open(files, options, ModelLoader.Progress.NONE)) {
      assertThat(engine.adapters().list()).hasSize(1);
    }
  }

  @Test
  void missingFiles() throws IOException {
    Path empty = Files.createTempDirectory(folder, "empty");
    assertModelError(() -> reply(empty), "adapter_model.safetensors");
    Files.write(empty.resolve(PeftFolder.TENSORS), tensors("model.layers.0.x%s").bytes());
    assertModelError(() -> reply(empty), "adapter_config.json");
    Files.writeString(empty.resolve(PeftFolder.CONFIG), "{\"peft_type\":\"IA3\",\"lora_alpha\":1}");
    assertModelError(() -> reply(empty), "field 'peft_type' is not LORA");
  }
}
