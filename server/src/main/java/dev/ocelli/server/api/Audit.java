package dev.ocelli.server.api;

import dev.ocelli.engine.record.RecordWriter;
import dev.ocelli.server.wire.Fields;
import dev.ocelli.server.wire.Schema;
import dev.ocelli.server.wire.Schema.Type;
import dev.ocelli.server.work.Outcome;
import dev.ocelli.server.work.Planned;
import tools.jackson.databind.node.ObjectNode;

/** Whether answers come with records of what made them, from which they can be made again. */
enum Audit {
  NONE,
  /** Pictures are in the record by their hashes. */
  HASHES,
  /** The record has the files of pictures. */
  MEDIA;

  /** The fields. */
  static final Schema SCHEMA =
      Schema.named("audit")
          .field(
              "deterministic",
              Type.BOOLEAN,
              "Give a record of everything that the reply depends on; ocelli replay makes it again.")
          .field(
              "record_media",
              Type.BOOLEAN,
              "With deterministic: the record has the pictures, not only their hashes.");

  /** Reads them. */
  static Audit read(Fields f) {
    boolean wanted = f.bool("deterministic", false);
    boolean media = f.bool("record_media", false);
    if (media && !wanted) {
      throw f.error("record_media", "needs deterministic: true");
    }
    return media ? MEDIA : wanted ? HASHES : NONE;
  }

  /** Adds the record of a reply, where one is wanted. The first one reads the model's files. */
  void add(ObjectNode to, ServedModel model, Planned planned, Outcome outcome) {
    if (this != NONE) {
      to.set(
          "record",
          RecordWriter.write(
              model.engine(),
              planned.request(),
              planned.prepared(),
              outcome.reply(),
              this == MEDIA));
    }
  }
}
