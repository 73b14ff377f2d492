package dev.ocelli.server.api;

import dev.ocelli.engine.sampling.SamplingOverrides;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How replies are to be made, whichever API asks.
 *
 * @param sampling what the request says about sampling
 * @param preset named settings below it, or null
 * @param stop texts that end a reply
 * @param topLogprobs alternatives to report for each token; -1 for no log-probabilities
 * @param replies how many, each with a seed of its own
 * @param form what form they are to have
 */
record Generation(
    SamplingOverrides sampling,
    @Nullable String preset,
    List<String> stop,
    int topLogprobs,
    int replies,
    Form form) {}
