package dev.ocelli.server.http;

import dev.ocelli.server.access.ApiKeys;
import java.util.function.BooleanSupplier;

/**
 * Who is let in, and when.
 *
 * @param localOnly whether requests must name this machine as their host
 * @param ready whether the model is loaded
 * @param closing whether the server is about to end and takes no new work
 */
public record Policy(
    ApiKeys keys,
    Origins origins,
    boolean localOnly,
    BooleanSupplier ready,
    BooleanSupplier closing) {}
