package dev.ocelli.server.batch;

/**
 * A request of a batch.
 *
 * @param number its place, from 0
 * @param key how the batch's owner names it; no two are the same
 * @param at where it stands in the input: a position in the file, or whatever its source makes of
 *     it
 * @param length bytes there, or whatever its source makes of it
 */
public record BatchItem(long number, String key, long at, int length) {}
