/** Commands that show, check and make model files. */
@NullMarked
package dev.ocelli.cli.files;

import org.jspecify.annotations.NullMarked;
