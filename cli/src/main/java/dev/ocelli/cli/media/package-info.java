/** Pictures, clips and pages that a command line names. */
@NullMarked
package dev.ocelli.cli.media;

import org.jspecify.annotations.NullMarked;
