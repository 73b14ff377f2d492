package dev.ocelli.engine.model;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.gguf.GgufArray;
import dev.ocelli.engine.gguf.GgufFile;
import dev.ocelli.engine.gguf.GgufValue;
import dev.ocelli.engine.model.ModelFiles.PictureRules;
import dev.ocelli.engine.model.ModelFiles.TextRules;
import dev.ocelli.engine.model.qwen3vl.GgufConfig;
import dev.ocelli.engine.model.qwen3vl.Qwen3VlConfig;
import dev.ocelli.engine.sampling.FileDefaults;
import dev.ocelli.engine.sampling.SamplingOverrides;
import dev.ocelli.engine.sampling.SamplingResolver;
import dev.ocelli.engine.sampling.StopRules;
import dev.ocelli.engine.vision.PatchSpec;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads what a GGUF pair says about a model. */
final class GgufModels {
  private GgufModels() {}

  static ModelFiles of(GgufFile model, @Nullable GgufFile mmproj) {
    Qwen3VlConfig.Text text = GgufConfig.text(model);
    Qwen3VlConfig.Vision vision = mmproj == null ? null : GgufConfig.vision(mmproj);
    if (mmproj != null && vision != null) {
      requireFit(model, text, mmproj, vision);
    }
    String name = model.metadata().getString("general.name", model.origin());
    KnownModel known = KnownModel.named(name);
    Function<String, @Nullable Object> metadata = key -> plain(model.metadata().find(key));
    FileDefaults defaults = FileDefaults.fromGguf(model.origin(), metadata);
    boolean silent = defaults.overrides().equals(SamplingOverrides.NONE);
    PatchSpec spec =
        vision == null
            ? PatchSpec.QWEN3_VL
            : new PatchSpec(
                vision.patch(),
                vision.merge(),
                vision.temporalPatch(),
                vision.mean(),
                vision.std());
    return new ModelFiles(
        name,
        new Qwen3VlConfig(text, vision),
        model,
        mmproj,
        new TextRules(
            TokenizerFields.read(model),
            model.metadata().has("tokenizer.chat_template")
                ? new ModelFiles.ChatSource(
                    model.metadata().getString("tokenizer.chat_template"),
                    model.origin() + ": tokenizer.chat_template")
                : null,
            silent
                ? new SamplingResolver.Layer(known.name(), known.sampling())
                : new SamplingResolver.Layer(model.origin(), defaults.overrides()),
            defaults.ignored(),
            v -> StopRules.fromGguf(model.origin(), metadata, v::id, v.size())),
        new PictureRules(spec, known.image(), known.video()));
  }

  /** A metadata value as a number, a boolean, a string or a list of them. */
  private static @Nullable Object plain(@Nullable GgufValue value) {
    return switch (value) {
      case null -> null;
      case GgufValue.Whole w -> w.value();
      case GgufValue.Real r -> r.value();
      case GgufValue.Bool b -> b.value();
      case GgufValue.Text t -> t.value();
      case GgufArray a ->
          switch (a.elementType()) {
            case STRING -> List.of(a.strings());
            case BOOL, ARRAY -> a.toString();
            case FLOAT32, FLOAT64 -> Arrays.stream(a.doubles()).boxed().toList();
            default -> Arrays.stream(a.longs()).boxed().toList();
          };
    };
  }

  private static void requireFit(
      GgufFile model, Qwen3VlConfig.Text text, GgufFile mmproj, Qwen3VlConfig.Vision vision) {
    if (vision.outHidden() != text.hidden()) {
      throw new OcelliException(
          OcelliException.Kind.MODEL,
          "%s: clip.vision.projection_dim is %d, but %s has embedding_length %d; the vision file belongs to another model"
              .formatted(mmproj.origin(), vision.outHidden(), model.origin(), text.hidden()));
    }
    if (vision.deepstackBlocks().length != text.deepstack()) {
      throw new OcelliException(
          OcelliException.Kind.MODEL,
          "%s: clip.vision.is_deepstack_layers names %d blocks, but %s has n_deepstack_layers %d; the vision file belongs to another model"
              .formatted(
                  mmproj.origin(),
                  vision.deepstackBlocks().length,
                  model.origin(),
                  text.deepstack()));
    }
  }
}
