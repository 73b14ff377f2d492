package dev.ocelli.engine.runtime;

/**
 * A file of a model.
 *
 * @param part {@code language} or {@code vision}; a snapshot's files are all of the language model
 * @param name without its folder
 * @param bytes its size
 * @param sha256 of the whole file, as {@code sha256sum} says it
 */
public record FileHash(String part, String name, long bytes, String sha256) {}
