package dev.ocelli.server.api;

import dev.ocelli.engine.chat.Content;
import dev.ocelli.engine.chat.Message;
import dev.ocelli.engine.runtime.Media;
import dev.ocelli.server.media.PageUpload;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A conversation, whichever API it came by.
 *
 * @param media pictures and clips in the order of their places
 */
record Conversation(List<Message> messages, List<Media> media) {
  /** What an assistant called, with the id that the result of the call names. */
  record Call(String id, Message.ToolCall call) {}

  /** Whether the last message is an assistant's. */
  boolean endsWithAssistant() {
    return !messages.isEmpty() && messages.getLast().role().equals("assistant");
  }

  /** Puts a conversation together, message by message. */
  static final class Builder {
    private final MediaParts parts;
    private final List<Entry> entries = new ArrayList<>();

    /** Those of the message that is being read. */
    private final List<Media> media = new ArrayList<>();

    /**
     * A message.
     *
     * @param calls ids of the calls that it makes
     * @param result id of the call whose result it is
     */
    private record Entry(Message message, List<Media> media, List<String> calls, String result) {}

    Builder(MediaParts parts) {
      this.parts = parts;
    }

    /** Reads pictures and clips, which are then handed over. */
    MediaParts parts() {
      return parts;
    }

    /** The place of a picture or clip in the message that is added next. */
    Content place(Media of) {
      media.add(of);
      return of instanceof Media.Picture ? new Content.Image() : new Content.Video();
    }

    /**
     * The places of pictures in the message that is added next. Pages of a document stand behind
     * their numbers where there are several, and before their text layers where these are wanted.
     */
    List<Content> places(List<Media.Picture> pictures) {
      List<Content> out = new ArrayList<>();
      for (Media.Picture p : pictures) {
        PageUpload page = p.source() instanceof PageUpload upload ? upload : null;
        if (pictures.size() > 1 && page != null) {
          out.add(new Content.Text("Page %d:".formatted(page.number())));
        }
        out.add(place(p));
        if (page != null && !page.hint().isEmpty()) {
          out.add(new Content.Text("Text layer of the page:\n" + page.hint()));
        }
      }
      return out;
    }

    private void add(Message message, List<String> calls, String result) {
      entries.add(new Entry(message, List.copyOf(media), calls, result));
      media.clear();
    }

    /** Adds a message that neither calls tools nor is the result of a call. */
    void add(String role, List<Content> content) {
      add(new Message(role, List.copyOf(content), null, List.of()), List.of(), "");
    }

    /** Adds what an assistant thought, said and called. */
    void assistant(List<Content> content, @Nullable String reasoning, List<Call> calls) {
      add(
          new Message(
              "assistant",
              List.copyOf(content),
              reasoning,
              calls.stream().map(Call::call).toList()),
          calls.stream().map(Call::id).toList(),
          "");
    }

    /** Adds the result of a call; an id that is null or unknown is that of the next call. */
    void result(@Nullable String id, List<Content> content) {
      add(
          new Message("tool", List.copyOf(content), null, List.of()),
          List.of(),
          Objects.requireNonNullElse(id, ""));
    }

    /**
     * Adds a whole conversation.
     *
     * @param calls ids of the calls in its last message
     */
    void add(Conversation earlier, List<String> calls) {
      int from = 0;
      int left = earlier.messages().size();
      for (Message m : earlier.messages()) {
        left--;
        int places = (int) m.content().stream().filter(c -> !(c instanceof Content.Text)).count();
        media.addAll(earlier.media().subList(from, from + places));
        from += places;
        add(m, left == 0 ? calls : List.of(), "");
      }
    }

    /**
     * The conversation. Chat templates have no ids: results of calls are brought into the order of
     * the calls, by which the model tells them apart.
     */
    Conversation build() {
      List<Entry> ordered = new ArrayList<>();
      List<String> calls = List.of();
      for (int i = 0; i < entries.size(); ) {
        int end = i;
        while (end < entries.size() && entries.get(end).message().role().equals("tool")) {
          end++;
        }
        List<Entry> results = new ArrayList<>(entries.subList(i, end));
        List<String> order = calls;
        if (results.stream().allMatch(r -> order.contains(r.result()))) {
          results.sort(Comparator.comparingInt(r -> order.indexOf(r.result())));
        }
        ordered.addAll(results);
        if (end < entries.size()) {
          ordered.add(entries.get(end));
          calls = entries.get(end).calls();
        }
        i = end + 1;
      }
      return new Conversation(
          ordered.stream().map(Entry::message).toList(),
          ordered.stream().flatMap(e -> e.media().stream()).toList());
    }
  }
}
