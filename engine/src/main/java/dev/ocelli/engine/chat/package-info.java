@NullMarked
package dev.ocelli.engine.chat;

import org.jspecify.annotations.NullMarked;
