@NullMarked
package dev.ocelli.cli;

import org.jspecify.annotations.NullMarked;
