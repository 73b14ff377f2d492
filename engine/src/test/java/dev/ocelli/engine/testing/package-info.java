/** What tests of several packages share: readers of fixtures. */
@NullMarked
package dev.ocelli.engine.testing;

import org.jspecify.annotations.NullMarked;
