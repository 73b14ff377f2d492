@NullMarked
package dev.ocelli.nano;

import org.jspecify.annotations.NullMarked;
