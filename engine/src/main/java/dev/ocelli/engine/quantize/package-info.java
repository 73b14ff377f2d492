/** Makes files with fewer bits a weight, by importance of the weights' inputs where it is known. */
@NullMarked
package dev.ocelli.engine.quantize;

import org.jspecify.annotations.NullMarked;
