package dev.ocelli.cli.chat;

import dev.ocelli.cli.console.Suggestion;
import dev.ocelli.cli.flags.SamplingFlags;
import dev.ocelli.cli.flags.SamplingLayer;
import dev.ocelli.cli.model.LoadedModel;
import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.runtime.Control;
import dev.ocelli.engine.sampling.Presets;
import dev.ocelli.engine.sampling.SamplingOverrides;
import dev.ocelli.engine.sampling.SamplingResolver;
import dev.ocelli.engine.sampling.SamplingResolver.Layer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** How replies of a chat are made; commands change it between two messages. */
final class ChatSettings {
  private final Layer flags;
  private final Presets.@Nullable Preset flagPreset;
  private final List<String> stop;
  private Control control;
  private String system;
  private Presets.@Nullable Preset preset;

  /** What {@code /set} gave, by the option's name. */
  private final Map<String, String> set = new LinkedHashMap<>();

  private SamplingOverrides setValues = SamplingOverrides.NONE;

  ChatSettings(
      SamplingFlags sampling, Control control, List<String> stop, @Nullable String system) {
    this.flags = new Layer("flag", SamplingLayer.of(sampling));
    this.flagPreset = sampling.preset == null ? null : Presets.named(sampling.preset);
    this.control = control;
    this.stop = List.copyOf(stop);
    this.system = system == null ? "" : system;
  }

  Control control() {
    return control;
  }

  List<String> stop() {
    return stop;
  }

  /** The system message; empty for none. */
  String system() {
    return system;
  }

  void system(String text) {
    system = text;
  }

  void thinking(Control.Thinking thinking) {
    control = control.withThinking(thinking, control.reasoningBudget());
  }

  /** Settles every field: what was set last comes first. */
  SamplingResolver.Resolved sampling(LoadedModel model) {
    List<Layer> layers = new ArrayList<>();
    layers.add(new Layer("/set", setValues));
    if (preset != null) {
      layers.add(Layer.preset(preset));
    }
    layers.add(flags);
    if (flagPreset != null) {
      layers.add(Layer.preset(flagPreset));
    }
    layers.add(model.fileSampling());
    return SamplingResolver.resolve(layers, model.baseSampling());
  }

  /**
   * Takes a preset, and forgets what was set one by one; {@code default} is what the program began
   * with.
   */
  void preset(String name) {
    preset = name.equals("default") ? null : Presets.named(name);
    set.clear();
    setValues = SamplingOverrides.NONE;
  }

  /** Changes one setting, named as its option. */
  void set(String key, String value) {
    String name = key.strip().toLowerCase(Locale.ROOT).replace('_', '-');
    SortedSet<String> known = keys();
    if (!known.contains(name)) {
      String near = Suggestion.nearest(name, known);
      throw new OcelliException(
          Kind.USAGE,
          "no setting is called '%s'%s"
              .formatted(
                  key.strip(),
                  near == null
                      ? "; there are " + String.join(", ", known)
                      : ", did you mean '" + near + "'?"));
    }
    Map<String, String> all = new LinkedHashMap<>(set);
    all.put(name, value.strip());
    setValues = SamplingLayer.of(parsed(all));
    set.put(name, value.strip());
  }

  private static SamplingFlags parsed(Map<String, String> all) {
    SamplingFlags flags = new SamplingFlags();
    try {
      new CommandLine(flags)
          .parseArgs(
              all.entrySet().stream()
                  .map(e -> option(e.getKey()) + "=" + e.getValue())
                  .toArray(String[]::new));
    } catch (CommandLine.ParameterException e) {
      throw new OcelliException(
          Kind.USAGE, String.valueOf(e.getMessage()).lines().findFirst().orElse("wrong value"), e);
    }
    return flags;
  }

  private static String option(String name) {
    return (name.length() == 1 ? "-" : "--") + name;
  }

  /** The names of settings. */
  static SortedSet<String> keys() {
    return new CommandLine(new SamplingFlags())
        .getCommandSpec().optionsMap().keySet().stream()
            .map(o -> o.replaceFirst("^--?", ""))
            .filter(o -> !o.equals("preset"))
            .collect(Collectors.toCollection(TreeSet::new));
  }
}
