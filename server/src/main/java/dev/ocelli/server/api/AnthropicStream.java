package dev.ocelli.server.api;

import dev.ocelli.engine.chat.ReplyPiece;
import dev.ocelli.engine.runtime.Reply;
import dev.ocelli.engine.runtime.ReplyListener.Phase;
import dev.ocelli.server.http.EventStream;
import dev.ocelli.server.http.Exchange;
import dev.ocelli.server.wire.ApiError;
import dev.ocelli.server.wire.Json;
import dev.ocelli.server.work.JobEvent;
import dev.ocelli.server.work.Outcome;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Streams a message as Anthropic's events: blocks of thoughts, text and calls, one after the other.
 */
final class AnthropicStream implements ReplyWriter {
  private final EventStream out;
  private final ObjectNode message;
  private final String key;
  private final AnthropicApi.Extras extras;
  private final ToldCalls told;
  private boolean started;
  private @Nullable Block open;

  /** The index of the block that is open or will be opened. */
  private int index;

  private int calls;

  /** Whether there has been a block of an answer: of text or a call. */
  private boolean answered;

  private enum Block {
    THINKING,
    TEXT,
    TOOL_USE
  }

  /**
   * A stream that has not begun.
   *
   * @param message what the message begins with
   * @param key of the reply, for ids of its calls
   * @param extras added to the event that says why the reply ended
   */
  AnthropicStream(Exchange x, ObjectNode message, String key, AnthropicApi.Extras extras) {
    this.out = new EventStream(x);
    this.message = message;
    this.key = key;
    this.extras = extras;
    this.told = new ToldCalls(extras.planned().request().callsAreSure());
  }

  private void send(String type, ObjectNode event) throws IOException {
    out.event(type, event);
  }

  private static ObjectNode event(String type) {
    return Json.object().put("type", type);
  }

  private ObjectNode blockEvent(String type) {
    return event(type).put("index", index);
  }

  private int promptTokens() {
    return extras.planned().prepared().prompt().ids().length;
  }

  /** How much of the prompt is cached is known when its computation begins. */
  private void start(int cached) throws IOException {
    if (started) {
      return;
    }
    started = true;
    message.putArray("content");
    AnthropicApi.stopReason(message, null);
    message.set("usage", AnthropicApi.usage(promptTokens(), cached, 0));
    ObjectNode event = event("message_start");
    event.set("message", message);
    send("message_start", event);
  }

  private void switchTo(Block block) throws IOException {
    if (open != block) {
      open(block, block == Block.TEXT ? AnthropicApi.text("") : AnthropicApi.thinking(""));
    }
  }

  private void open(Block block, ObjectNode content) throws IOException {
    start(0);
    close();
    open = block;
    answered |= block != Block.THINKING;
    ObjectNode event = blockEvent("content_block_start");
    event.set("content_block", content);
    send("content_block_start", event);
  }

  private void close() throws IOException {
    if (open == null) {
      return;
    }
    if (open == Block.THINKING) {
      delta("signature_delta", "signature", "");
    }
    send("content_block_stop", blockEvent("content_block_stop"));
    open = null;
    index++;
  }

  private void delta(String type, String field, String piece) throws IOException {
    ObjectNode event = blockEvent("content_block_delta");
    event.putObject("delta").put("type", type).put(field, piece);
    send("content_block_delta", event);
  }

  @Override
  public void progress(JobEvent.Progress p) throws IOException {
    if (p.phase() == Phase.PROMPT) {
      start(promptTokens() - p.total());
    }
  }

  @Override
  public void text(JobEvent.Text t) throws IOException {
    if (t.piece().isEmpty() || told.cut()) {
      return;
    }
    switchTo(t.reasoning() ? Block.THINKING : Block.TEXT);
    if (t.reasoning()) {
      delta("thinking_delta", "thinking", t.piece());
    } else {
      delta("text_delta", "text", t.piece());
    }
  }

  @Override
  public void call(JobEvent.Call c) throws IOException {
    for (ReplyPiece.Call piece : told.accept(c.piece())) {
      switch (piece) {
        case ReplyPiece.CallStart s -> {
          ObjectNode block = AnthropicApi.toolUse(key, calls++, s.name());
          block.putObject("input");
          open(Block.TOOL_USE, block);
        }
        case ReplyPiece.CallArguments a -> delta("input_json_delta", "partial_json", a.json());
        case ReplyPiece.CallEnd e -> close();
        case ReplyPiece.CallBroken b -> {}
      }
    }
  }

  @Override
  public void finished(int choice, Outcome outcome) throws IOException {
    // Whole replies without calls end with text, even if there is none.
    if (!answered) {
      switchTo(Block.TEXT);
    }
    close();
    Reply r = outcome.reply();
    ObjectNode event = event("message_delta");
    AnthropicApi.stopReason(event.putObject("delta"), r);
    event.set("usage", AnthropicApi.usage(r.promptTokens(), r.reusedTokens(), r.tokens().size()));
    extras.add(event, outcome);
    send("message_delta", event);
    send("message_stop", event("message_stop"));
  }

  @Override
  public void idle() throws IOException {
    start(0);
    send("ping", event("ping"));
  }

  @Override
  public void failed(ApiError error) throws IOException {
    out.event("error", Errors.anthropic(error));
  }
}
