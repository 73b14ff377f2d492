/**
 * Commands that judge models: by texts, by pictures, against references; and the importance of
 * weights.
 */
@NullMarked
package dev.ocelli.cli.quality;

import org.jspecify.annotations.NullMarked;
