/**
 * Compares an engine on this machine with reference values, stage by stage, by the tap names of the
 * reference. It computes nothing that the engine does not compute for a user.
 */
@NullMarked
package dev.ocelli.engine.selftest;

import org.jspecify.annotations.NullMarked;
