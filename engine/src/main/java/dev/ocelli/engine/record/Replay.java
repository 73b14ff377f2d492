package dev.ocelli.engine.record;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.runtime.Engine;
import dev.ocelli.engine.runtime.Media;
import dev.ocelli.engine.runtime.PlannedMedia;
import dev.ocelli.engine.runtime.Prepared;
import dev.ocelli.engine.runtime.Reply;
import dev.ocelli.engine.runtime.ReplyListener;
import dev.ocelli.engine.runtime.Request;
import dev.ocelli.engine.runtime.Session;
import java.util.ArrayList;
import java.util.List;

/**
 * A recorded reply, made again.
 *
 * @param reply the new one
 * @param surroundings what of program, model and arithmetic is otherwise than it was, a sentence
 *     each
 * @param comparison of the replies
 */
public record Replay(Reply reply, List<String> surroundings, Comparison comparison) {

  /**
   * Makes a reply again.
   *
   * @param media of the record, found
   * @param session without anything in it
   * @throws OcelliException INPUT when the record does not fit the model, or an adapter is not
   *     loaded
   */
  public static Replay of(
      Engine engine,
      ReplyRecord record,
      List<Media> media,
      Session session,
      ReplyListener listener) {
    Request request = record.request(media).withAdapters(record.adapters(engine));
    List<PlannedMedia> planned = media.stream().map(engine::plan).toList();
    Prepared prepared = record.prepared(engine, planned);
    engine.requireForm(request, prepared);
    Reply reply = session.generate(request, prepared, listener);
    List<String> surroundings = new ArrayList<>(record.differences(engine));
    surroundings.addAll(record.drawnOtherwise(media, planned));
    return new Replay(reply, List.copyOf(surroundings), record.compare(reply));
  }
}
