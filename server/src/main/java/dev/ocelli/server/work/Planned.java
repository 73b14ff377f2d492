package dev.ocelli.server.work;

import dev.ocelli.engine.runtime.Prepared;
import dev.ocelli.engine.runtime.Request;

/**
 * A reply that is wanted.
 *
 * @param request how its tokens are chosen
 * @param prepared its prompt, planned: sizes of pictures are known and it fits the context
 */
public record Planned(Request request, Prepared prepared) {}
