/** Whether model files are whole: values that are no numbers, and checksums. */
@NullMarked
package dev.ocelli.engine.verify;

import org.jspecify.annotations.NullMarked;
