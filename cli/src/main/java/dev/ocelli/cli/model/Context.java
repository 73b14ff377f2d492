package dev.ocelli.cli.model;

import dev.ocelli.cli.console.Interrupts;
import dev.ocelli.cli.console.Streams;
import java.util.Map;

/**
 * What every command is given.
 *
 * @param streams where it reads and writes
 * @param interrupts how it is told to stop
 * @param models how it loads models
 * @param media how it opens pictures and clips
 * @param environment the environment's variables
 */
public record Context(
    Streams streams,
    Interrupts interrupts,
    LoadedModel.Opener models,
    MediaOpener media,
    Map<String, String> environment) {}
