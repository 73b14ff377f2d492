/** Commands for what is kept on disk: fetched models and caches. */
@NullMarked
package dev.ocelli.cli.store;

import org.jspecify.annotations.NullMarked;
