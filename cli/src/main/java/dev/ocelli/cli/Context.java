package dev.ocelli.cli;

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
record Context(
    Streams streams,
    Interrupts interrupts,
    LoadedModel.Opener models,
    MediaOpener media,
    Map<String, String> environment) {}
