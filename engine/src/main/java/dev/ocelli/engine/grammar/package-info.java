/**
 * Constraints on replies: GBNF, JSON Schema, regular expressions and lists of choices become a
 * {@link dev.ocelli.engine.grammar.Grammar}, that becomes an automaton over bytes, and that tells
 * which tokens may come next.
 */
@NullMarked
package dev.ocelli.engine.grammar;

import org.jspecify.annotations.NullMarked;
