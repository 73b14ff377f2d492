@NullMarked
package dev.ocelli.engine.model;

import org.jspecify.annotations.NullMarked;
