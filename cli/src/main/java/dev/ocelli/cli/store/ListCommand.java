package dev.ocelli.cli.store;

import dev.ocelli.cli.console.ExitCode;
import dev.ocelli.cli.console.Json;
import dev.ocelli.cli.console.PullProgress;
import dev.ocelli.cli.flags.CommonFlags;
import dev.ocelli.cli.model.Context;
import dev.ocelli.cli.model.HubEnvironment;
import dev.ocelli.hub.Manifest;
import dev.ocelli.hub.Store;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JsonGenerator;

/** {@code ocelli list}: the models of the store. */
@Command(
    name = "list",
    description =
        "Lists downloaded models: name, bytes, revision, licence, date. With --verify every file is read and compared with its SHA-256; exit code 1 when one differs.",
    customSynopsis = "ocelli list [NAME] [--verify] [--json]",
    sortOptions = false)
public final class ListCommand implements Callable<Integer> {
  @Mixin CommonFlags common = new CommonFlags();

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      description = "Only repositories whose name has this in it.")
  String part = "";

  @Option(names = "--verify", description = "Read every file and compare its hash.")
  boolean verify;

  @Option(names = "--json", description = "Print a JSON object a repository, with all files.")
  boolean json;

  private final Context context;

  public ListCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Store store = new HubEnvironment(context.environment()).store();
    PullProgress progress = new PullProgress(context.streams(), common.quiet);
    boolean faulty = false;
    for (Store.Repository r : store.repositories()) {
      if (!r.name().contains(part)) {
        continue;
      }
      List<Store.Fault> faults = verify ? store.verify(r, progress) : List.of();
      progress.clear();
      faulty |= !faults.isEmpty();
      context.streams().out().line(json ? json(r, faults) : text(r));
      if (!json) {
        faults.forEach(
            f -> context.streams().out().line("  wrong: " + f.file() + " " + f.problem()));
      }
    }
    return faulty ? ExitCode.FAILED_CHECK : ExitCode.OK;
  }

  private static String text(Store.Repository r) {
    List<String> facts = new ArrayList<>();
    List<String> tags = r.tags();
    facts.add(tags.isEmpty() ? r.name() : r.name() + ":" + String.join(",", tags));
    facts.add(PullProgress.amount(r.bytes()));
    Manifest.Entry last = last(r);
    if (last != null) {
      if (!last.revision().isEmpty()) {
        facts.add(last.revision().substring(0, Math.min(12, last.revision().length())));
      }
      facts.add(r.manifest().licence() == null ? "licence unknown" : r.manifest().licence());
      facts.add(last.fetched().toString().substring(0, 10));
    }
    if (r.unfinished() > 0) {
      facts.add(PullProgress.amount(r.unfinished()) + " unfinished");
    }
    return String.join("  ", facts);
  }

  private static Manifest.@Nullable Entry last(Store.Repository r) {
    return r.manifest().files().isEmpty()
        ? null
        : Collections.max(
            r.manifest().files().values(), (a, b) -> a.fetched().compareTo(b.fetched()));
  }

  private String json(Store.Repository r, List<Store.Fault> faults) {
    return Json.line(out -> {
      out.writeStartObject();
      out.writeStringProperty("name", r.name());
      out.writeStringProperty("folder", r.folder().toString());
      out.writeStringProperty("licence", r.manifest().licence());
      out.writeNumberProperty("bytes", r.bytes());
      out.writeNumberProperty("unfinished", r.unfinished());
      strings(out, "tags", r.tags());
      out.writeArrayPropertyStart("files");
      r.manifest().files().forEach((path, e) -> file(out, path, e));
      out.writeEndArray();
      if (verify) {
        strings(out, "faults", faults.stream().map(f -> f.file() + " " + f.problem()).toList());
      }
      out.writeEndObject();
    });
  }

  private static void file(JsonGenerator out, String path, Manifest.Entry e) {
    out.writeStartObject();
    out.writeStringProperty("path", path);
    out.writeNumberProperty("size", e.size());
    out.writeStringProperty("sha256", e.sha256());
    out.writeStringProperty("revision", e.revision());
    out.writeStringProperty("source", e.source());
    out.writeStringProperty("fetched", e.fetched().toString());
    out.writeEndObject();
  }

  private static void strings(JsonGenerator out, String name, List<String> values) {
    out.writeArrayPropertyStart(name);
    values.forEach(out::writeString);
    out.writeEndArray();
  }
}
