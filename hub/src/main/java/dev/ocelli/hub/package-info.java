/**
 * Names of models to files: finds what a repository offers, downloads it so that it can go on after
 * any cut, verifies it, and keeps it in a store.
 *
 * <p>A {@link dev.ocelli.hub.ModelRef} says what is wanted. A {@link dev.ocelli.hub.Hub} lists the
 * repository with sizes and hashes, {@link dev.ocelli.hub.FileSelection} picks the files of one
 * model, {@link dev.ocelli.hub.Puller} takes each from the store, from another program's cache, or
 * from the network, and {@link dev.ocelli.hub.Store} gives all of them their names at once, when
 * all are verified.
 */
@NullMarked
package dev.ocelli.hub;

import org.jspecify.annotations.NullMarked;
