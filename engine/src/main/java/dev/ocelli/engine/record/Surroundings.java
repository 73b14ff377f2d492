package dev.ocelli.engine.record;

import dev.ocelli.engine.cache.CodeIdentity;
import dev.ocelli.engine.cache.Sha256;
import dev.ocelli.engine.model.ModelFiles;
import dev.ocelli.engine.runtime.Engine;
import dev.ocelli.engine.runtime.FileHash;
import dev.ocelli.engine.runtime.LoadReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What a reply depends on besides its request: program, model, arithmetic. */
final class Surroundings {
  private static final List<String> FIELDS = List.of("program", "model", "computed");

  /** The program does not change while it runs. */
  private static final String CODE = code();

  private final ObjectNode fields;

  private Surroundings(ObjectNode fields) {
    this.fields = fields;
  }

  /** Of an engine; the first time, its files are read whole. */
  static Surroundings of(Engine engine) {
    ObjectNode out = RecordWriter.MAPPER.createObjectNode();
    ObjectNode program = out.putObject("program");
    String version = Engine.class.getPackage().getImplementationVersion();
    program.put("version", version == null ? "development" : version);
    program.put("code", CODE);
    program.put("java", Runtime.version().toString());
    program.put("machine", System.getProperty("os.arch"));
    ObjectNode model = out.putObject("model");
    model.put("name", engine.files().name());
    ArrayNode files = model.putArray("files");
    for (FileHash f : engine.fileHashes()) {
      files
          .addObject()
          .put("part", f.part())
          .put("name", f.name())
          .put("bytes", f.bytes())
          .put("sha256", f.sha256());
    }
    ModelFiles.ChatSource template = engine.files().text().chatTemplate();
    model.put("chat_template", template == null ? "built-in" : Sha256.of(template.jinja()));
    LoadReport load = engine.loadReport();
    out.putObject("computed")
        .put("level", load.arithmetic().level())
        .put("load_mode", load.mode().name().toLowerCase(Locale.ROOT))
        .put("exact", load.arithmetic().exact())
        .put("requantized", load.arithmetic().weights().name().toLowerCase(Locale.ROOT))
        .put("vision_bfloat16", load.arithmetic().visionBfloat16())
        .put("cache_type", engine.options().cacheType().name().toLowerCase(Locale.ROOT));
    return new Surroundings(out);
  }

  private static String code() {
    try {
      return CodeIdentity.of(Engine.class);
    } catch (IOException e) {
      return "unknown"; // not from files: nothing that could be told apart
    }
  }

  void write(ObjectNode record) {
    FIELDS.forEach(f -> record.set(f, fields.path(f)));
  }

  /** What is otherwise than in a record, a sentence each. Names of files do not count. */
  List<String> differences(JsonNode record) {
    List<String> out = new ArrayList<>();
    FIELDS.forEach(f -> compare(f, record.path(f), fields.path(f), out));
    return out;
  }

  private static void compare(String path, JsonNode there, JsonNode here, List<String> out) {
    if (path.endsWith(".name")) {
      return;
    }
    if (there.isObject() && here.isObject()) {
      TreeSet<String> names = new TreeSet<>(there.propertyNames());
      names.addAll(here.propertyNames());
      names.forEach(n -> compare(path + "." + n, there.path(n), here.path(n), out));
    } else if (there.isArray() && here.isArray()) {
      for (int i = 0; i < Math.max(there.size(), here.size()); i++) {
        compare("%s[%d]".formatted(path, i), there.path(i), here.path(i), out);
      }
    } else if (!Objects.equals(there, here) && !there.asString("").equals(here.asString(""))) {
      out.add("%s is %s in the record, %s here".formatted(path, said(there), said(here)));
    }
  }

  private static String said(JsonNode value) {
    if (value.isMissingNode()) {
      return "not there";
    }
    String text = value.isValueNode() ? value.asString() : "something else";
    return text.length() > 100 ? text.substring(0, 100) + "..." : text;
  }
}
