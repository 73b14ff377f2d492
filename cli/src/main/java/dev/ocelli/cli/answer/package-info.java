/** Commands that answer about pictures: describe, run, replay, annotate, extract, search. */
@NullMarked
package dev.ocelli.cli.answer;

import org.jspecify.annotations.NullMarked;
