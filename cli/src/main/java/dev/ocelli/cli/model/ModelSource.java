package dev.ocelli.cli.model;

import dev.ocelli.cli.console.PullProgress;
import dev.ocelli.cli.flags.HubAccess;
import dev.ocelli.cli.flags.ModelFlags;
import dev.ocelli.cli.flags.SourceFlags;
import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.hub.HubSettings;
import dev.ocelli.hub.ModelRef;
import dev.ocelli.hub.Origin;
import dev.ocelli.hub.Pulled;
import dev.ocelli.hub.Puller;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Turns names of models on hubs into files before a model is opened. */
public final class ModelSource {
  private final Context context;
  private final boolean quiet;

  public ModelSource(Context context, boolean quiet) {
    this.context = context;
    this.quiet = quiet;
  }

  /**
   * The files of a model.
   *
   * @param model what -m takes, or null when nothing was named
   * @param mmproj what --mmproj takes
   */
  public record Files(@Nullable String model, @Nullable Path mmproj) {}

  /** Finds names that name nothing before any work is done. */
  public void check(ModelFlags flags) {
    if (!asksHub(flags.source, flags.model)) {
      return;
    }
    HubEnvironment environment = new HubEnvironment(context.environment());
    HubSettings settings =
        environment.settings(flags.source.access.token, flags.source.access.offline);
    if (ref(flags.source, flags.model, settings) != null) {
      environment.store();
    }
  }

  /** Lets -m and --mmproj of a command name files, where they or -hf, -ms, -mu named a hub's. */
  public void settle(ModelFlags flags) {
    Files files = files(flags.source, new Files(flags.model, flags.mmproj), !flags.noMmproj);
    flags.model = files.model();
    flags.mmproj = files.mmproj();
  }

  /**
   * The same for commands with options of their own.
   *
   * @param vision whether the vision file is wanted, too
   */
  public Files files(SourceFlags source, Files named, boolean vision) {
    if (!asksHub(source, named.model())) {
      return named;
    }
    HubEnvironment environment = new HubEnvironment(context.environment());
    HubSettings settings = environment.settings(source.access.token, source.access.offline);
    ModelRef ref = ref(source, named.model(), settings);
    if (ref == null) {
      return named;
    }
    PullProgress progress = new PullProgress(context.streams(), quiet);
    try (Puller puller = new Puller(settings, environment.store(), environment.known(), progress)) {
      Pulled pulled = puller.resolve(ref, vision && named.mmproj() == null);
      return new Files(
          pulled.model().toString(), named.mmproj() != null ? named.mmproj() : pulled.mmproj());
    } finally {
      progress.clear();
    }
  }

  /** Where a model is that is named by a file, a folder or a hub's name; fetched if need be. */
  Path path(String named, HubAccess access) {
    SourceFlags none = new SourceFlags();
    none.access = access;
    return Path.of(
        Objects.requireNonNull(files(none, new Files(named, null), false).model(), named));
  }

  /** Whether the environment's proxies and hubs matter at all. */
  private static boolean asksHub(SourceFlags source, @Nullable String model) {
    return source.given() || source.file != null || model != null && ModelRef.isRemote(model);
  }

  private static @Nullable ModelRef ref(
      SourceFlags source, @Nullable String model, HubSettings settings) {
    List<String> given = new ArrayList<>();
    if (model != null) {
      given.add("-m");
    }
    if (source.huggingFace != null) {
      given.add("-hf");
    }
    if (source.modelScope != null) {
      given.add("-ms");
    }
    if (source.address != null) {
      given.add("-mu");
    }
    if (given.size() > 1) {
      throw new OcelliException(
          Kind.USAGE,
          "%s are given, and each names a model; leave one".formatted(String.join(" and ", given)));
    }
    ModelRef ref = null;
    if (source.huggingFace != null) {
      ref = ModelRef.parse(source.huggingFace, Origin.HUGGING_FACE, settings);
    } else if (source.modelScope != null) {
      ref = ModelRef.parse(source.modelScope, Origin.MODELSCOPE, settings);
    } else if (source.address != null) {
      ref = ModelRef.parse(source.address, Origin.URL, settings);
    } else if (model != null && ModelRef.isRemote(model)) {
      ref = ModelRef.parse(model, Origin.HUGGING_FACE, settings);
    }
    if (source.file != null) {
      if (ref == null) {
        throw new OcelliException(
            Kind.USAGE, "--hf-file is given without a repository; name it with -hf or -ms");
      }
      ref = ref.with(null, source.file);
    }
    return ref;
  }
}
