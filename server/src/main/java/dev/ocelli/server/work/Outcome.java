package dev.ocelli.server.work;

import dev.ocelli.engine.runtime.Embedding;
import dev.ocelli.engine.runtime.Reply;
import org.jspecify.annotations.Nullable;

/**
 * A reply and what came before it.
 *
 * @param queueMillis until a slot was free
 * @param decodeMillis decoding of pictures
 * @param reasoningTokens how many of the reply's tokens are thoughts
 * @param slot which slot it was
 * @param dropped what had left the conversation, or null
 * @param embedding what was wanted in the place of a reply, or null
 */
public record Outcome(
    Reply reply,
    double queueMillis,
    double decodeMillis,
    int reasoningTokens,
    int slot,
    @Nullable Dropped dropped,
    @Nullable Embedding embedding) {}
