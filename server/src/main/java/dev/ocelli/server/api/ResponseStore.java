package dev.ocelli.server.api;

import dev.ocelli.engine.chat.Content;
import dev.ocelli.engine.chat.Message;
import dev.ocelli.engine.runtime.Media;
import dev.ocelli.engine.vision.PictureClip;
import dev.ocelli.engine.vision.PictureSource;
import dev.ocelli.server.media.EarlyPicture;
import dev.ocelli.server.wire.Json;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Responses that can be asked for and continued later. They are kept in memory, within a number and
 * a number of bytes; those that nobody asked for the longest go first.
 */
final class ResponseStore {
  private final int most;
  private final long mostBytes;
  private final LinkedHashMap<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  private record Entry(Stored response, long bytes) {}

  /**
   * A response and the conversation that it ends, without the instructions of its request.
   *
   * @param tenant whose it is; others do not find it
   * @param answer as it was sent
   * @param items what it is the answer to, as clients see it
   */
  record Stored(String tenant, JsonNode answer, List<JsonNode> items, Conversation conversation) {
    /** About what it takes. What responses of a conversation share counts for each of them. */
    long bytes() {
      long n = Json.bytes(answer).length;
      for (JsonNode item : items) {
        n += Json.bytes(item).length;
      }
      for (Message m : conversation.messages()) {
        n += m.reasoning() == null ? 0 : m.reasoning().length();
        n += m.toolCalls().toString().length();
        for (Content c : m.content()) {
          n += c instanceof Content.Text t ? t.text().length() : 0;
        }
      }
      for (EarlyPicture u : uploads()) {
        n += u.fileBytes();
      }
      for (Media m : conversation.media()) {
        n += m instanceof Media.Clip c ? c.source().heldBytes() : 0;
      }
      return n;
    }

    private List<EarlyPicture> uploads() {
      List<EarlyPicture> out = new ArrayList<>();
      for (Media m : conversation.media()) {
        List<PictureSource> pictures =
            switch (m) {
              case Media.Picture p -> List.of(p.source());
              case Media.Clip c -> c.source() instanceof PictureClip p ? p.frames() : List.of();
            };
        for (PictureSource p : pictures) {
          if (p instanceof EarlyPicture u) {
            out.add(u);
          }
        }
      }
      return out;
    }
  }

  /** An empty store. */
  ResponseStore(int most, long mostBytes) {
    this.most = most;
    this.mostBytes = mostBytes;
  }

  /** Keeps a response; one that is larger than the store is not kept. */
  void put(String id, Stored response) {
    long size = response.bytes();
    if (size > mostBytes) {
      return;
    }
    // Files are kept, pixels are not: they can be decoded again.
    response.uploads().forEach(EarlyPicture::release);
    synchronized (this) {
      entries.put(id, new Entry(response, size));
      bytes += size;
      Iterator<Entry> oldest = entries.values().iterator();
      while (entries.size() > most || bytes > mostBytes) {
        bytes -= oldest.next().bytes();
        oldest.remove();
      }
    }
  }

  /** The response of an id, or null when there is none or it is another tenant's. */
  synchronized @Nullable Stored find(String id, String tenant) {
    Entry e = entries.get(id);
    return e == null || !e.response().tenant().equals(tenant) ? null : e.response();
  }

  /** Forgets a response; false when there is none or it is another tenant's. */
  synchronized boolean remove(String id, String tenant) {
    Entry e = entries.get(id);
    if (e == null || !e.response().tenant().equals(tenant)) {
      return false;
    }
    entries.remove(id);
    bytes -= e.bytes();
    return true;
  }
}
