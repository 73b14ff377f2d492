package dev.ocelli.cli.answer;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.media.draw.ExtractionReport;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The lines in which {@code ocelli extract} writes what it read. */
enum ExtractionLines {
  /** An object for each picture or page. */
  JSONL {
    @Override
    List<String> header() {
      return List.of();
    }

    @Override
    List<String> of(Result r) {
      ObjectNode out = object(r.file(), r.report().picture().page());
      out.setAll(r.report().json());
      return List.of(out.toString());
    }

    @Override
    List<String> failed(String file, int page, String message) {
      return List.of(object(file, page).put("error", message).toString());
    }
  },
  /** A row for each value. */
  CSV {
    @Override
    List<String> header() {
      return List.of("file,page,path,value,confidence,left,top,right,bottom");
    }

    @Override
    List<String> of(Result r) {
      List<String> rows = new ArrayList<>();
      int page = r.report().picture().page();
      for (JsonNode f : r.report().json().path("fields")) {
        List<String> cells = new ArrayList<>();
        cells.add(cell(r.file()));
        cells.add(page > 0 ? Integer.toString(page) : "");
        cells.add(cell(f.path("path").asString()));
        cells.add(f.path("value").isNull() ? "" : cell(f.path("value").asString()));
        cells.add(f.path("confidence").isNull() ? "" : f.path("confidence").toString());
        JsonNode box = f.path("pixels");
        for (int i = 0; i < 4; i++) {
          cells.add(box.isArray() ? box.path(i).toString() : "");
        }
        rows.add(String.join(",", cells));
      }
      return rows;
    }

    @Override
    List<String> failed(String file, int page, String message) {
      return List.of();
    }
  };

  /**
   * What was read out of a picture or page.
   *
   * @param file as it was named
   */
  record Result(String file, ExtractionReport report) {}

  /** The lines of that name. */
  static ExtractionLines named(String name) {
    return switch (name) {
      case "jsonl" -> JSONL;
      case "csv" -> CSV;
      default ->
          throw new OcelliException(
              Kind.USAGE, "--format '%s' is unknown; use jsonl or csv".formatted(name));
    };
  }

  /** Lines before the first. */
  abstract List<String> header();

  /** Lines of a picture or page. */
  abstract List<String> of(Result result);

  /**
   * Lines of what could not be read.
   *
   * @param page from 1; 0 for a picture or a whole document
   */
  abstract List<String> failed(String file, int page, String message);

  private static ObjectNode object(String file, int page) {
    ObjectNode out = JsonNodeFactory.instance.objectNode().put("file", file);
    return page > 0 ? out.put("page", page) : out;
  }

  /** As RFC 4180 has it; what a spreadsheet would take for a formula stays a text there. */
  private static String cell(String text) {
    String safe = !text.isEmpty() && "=+@\t\r".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
    return safe.matches("[^\",\r\n]*") ? safe : '"' + safe.replace("\"", "\"\"") + '"';
  }
}
