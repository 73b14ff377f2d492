package dev.ocelli.engine.chat.jinja;

import java.util.List;

/** The keys, values or items of a dict: a length, but no subscripts. */
record View(List<Object> items) {}
