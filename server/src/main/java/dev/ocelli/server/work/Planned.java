package dev.ocelli.server.work;

import dev.ocelli.engine.runtime.Pooling;
import dev.ocelli.engine.runtime.Prepared;
import dev.ocelli.engine.runtime.Request;
import org.jspecify.annotations.Nullable;

/**
 * A reply that is wanted.
 *
 * @param request how its tokens are chosen
 * @param prepared its prompt, planned: sizes of pictures are known and it fits the context
 * @param dropped what left the conversation so that it fits, or null
 * @param pooling how to pool the prompt's states, when an embedding is wanted in the place of a
 *     reply
 */
public record Planned(
    Request request, Prepared prepared, @Nullable Dropped dropped, @Nullable Pooling pooling) {
  /** A reply to all of a conversation. */
  public Planned(Request request, Prepared prepared) {
    this(request, prepared, null, null);
  }
}
