package dev.ocelli.server.work;

import dev.ocelli.engine.runtime.Reply;

/**
 * A reply and what came before it.
 *
 * @param queueMillis until a slot was free
 * @param decodeMillis decoding of pictures
 * @param reasoningTokens how many of the reply's tokens are thoughts
 * @param slot which slot it was
 */
public record Outcome(
    Reply reply, double queueMillis, double decodeMillis, int reasoningTokens, int slot) {}
