package dev.ocelli.engine.chat.jinja;

import java.util.List;

/** Python's tuple: like a list but written with parentheses. */
record Tuple(List<Object> items) {}
