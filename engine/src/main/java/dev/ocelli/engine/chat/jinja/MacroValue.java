package dev.ocelli.engine.chat.jinja;

/**
 * A macro, or the body of a call block.
 *
 * @param closure the variables around the place where it was written
 */
record MacroValue(Statement.Function function, Scope closure) {}
