package dev.ocelli.engine.vision;

/**
 * Where a picture comes from that is a page of a document.
 *
 * @param document the file's name
 * @param sha256 of the file's bytes, in hexadecimal
 * @param page counted from 0
 */
public record PageOrigin(String document, String sha256, int page) {}
