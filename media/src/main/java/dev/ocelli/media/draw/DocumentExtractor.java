package dev.ocelli.media.draw;

import dev.ocelli.engine.extract.Extraction;
import dev.ocelli.engine.extract.ExtractionSchema;
import dev.ocelli.engine.extract.Extractor;
import dev.ocelli.engine.extract.RecordType;
import dev.ocelli.engine.runtime.Engine;
import dev.ocelli.engine.runtime.Media;
import dev.ocelli.engine.runtime.Reply;
import dev.ocelli.engine.runtime.ReplyListener;
import dev.ocelli.engine.runtime.Session;
import dev.ocelli.engine.vision.ImageOptions;
import dev.ocelli.engine.vision.PictureSource;
import dev.ocelli.media.DecodeLimits;
import dev.ocelli.media.Document;
import dev.ocelli.media.DocumentOptions;
import dev.ocelli.media.Documents;
import dev.ocelli.media.FilePicture;
import dev.ocelli.media.ImageFile;
import dev.ocelli.media.PagePicture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Reads records out of files: {@code new DocumentExtractor(engine).extract(Invoice.class, path)}.
 * The record says what is wanted ({@link RecordType}); each picture and each page of a document
 * gives one.
 */
public final class DocumentExtractor {
  private final Engine engine;
  private final UnaryOperator<Extractor> settings;

  /** One that asks the usual words. */
  public DocumentExtractor(Engine engine) {
    this(engine, e -> e);
  }

  /**
   * One with other settings.
   *
   * @param settings changes prompt, most tokens or calibration
   */
  public DocumentExtractor(Engine engine, UnaryOperator<Extractor> settings) {
    this.engine = engine;
    this.settings = settings;
  }

  /**
   * A record that was read.
   *
   * @param value the record
   * @param extraction its values with confidence and boxes
   * @param picture that it was read from
   */
  public record Extracted<T>(T value, Extraction extraction, SeenPicture picture) {}

  /**
   * Reads a file.
   *
   * @return a record for a picture, or for each page
   * @throws dev.ocelli.engine.OcelliException USAGE when the record has components that cannot be
   *     read out of a picture, INPUT when the file or a reply cannot be used
   */
  public <T> List<Extracted<T>> extract(Class<T> type, Path file) {
    RecordType<T> wanted = RecordType.of(type);
    ExtractionSchema schema = ExtractionSchema.of(wanted.schema().toString(), true);
    Extractor extractor = settings.apply(Extractor.of(schema));
    List<Extracted<T>> all = new ArrayList<>();
    try (Session session = engine.newSession()) {
      for (PictureSource picture : pictures(file)) {
        Media media = new Media.Picture(picture, ImageOptions.DEFAULT);
        Reply reply = session.generate(extractor.request(media), ReplyListener.NONE);
        Extraction read = extractor.read(reply, engine.tokenizer().vocabulary()::bytes);
        SeenPicture seen = new SeenPicture(media, reply.media().getFirst());
        all.add(new Extracted<>(wanted.read(read.data()), read, seen));
      }
    }
    return all;
  }

  private static List<PictureSource> pictures(Path file) {
    byte[] bytes = Documents.read(file, DecodeLimits.DEFAULT);
    String name = file.toString();
    if (!Documents.recognises(bytes)) {
      return List.of(new FilePicture(ImageFile.of(bytes, name, DecodeLimits.DEFAULT)));
    }
    Document document = Documents.open(bytes, name, DocumentOptions.DEFAULT);
    List<PictureSource> pages = new ArrayList<>();
    for (int page = 0; page < document.pages(); page++) {
      pages.add(PagePicture.of(document, page));
    }
    return pages;
  }
}
