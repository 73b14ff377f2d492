@NullMarked
package dev.ocelli.hub;

import org.jspecify.annotations.NullMarked;
